"""The words of the rows on uniformity (`compound.showing.uniformity_rows`), a table for each language."""

from __future__ import annotations

from compound.exact.value import Value


class UniformityWords(Value, kw_only=True):
    """Every sentence and name of these rows, in one language."""

    size: str
    log_normal: str
    log_normal_d99: str
    classes: str
    classes_d99: str
    size_not_stated: str
    dissolved: str
    density: str
    density_is: str
    density_entered: str
    density_replaced: str
    density_range: str
    median_particle: str
    d99_particle: str
    share: str
    count: str
    count_is: str
    large: str
    none_large: str
    large_is: str
    rarer_than: str
    particle_rsd: str
    with_limit: str
    assumed: str
    largest: str
    largest_is: str
    for_rsd: str
    aliquots: str
    aliquot: str
    together: str
    no_aliquots: str
    weighing: str
    weighing_is: str
    particles: str
    fill: str
    combined: str
    particles_alone: str
    fill_alone: str
    acceptance_value: str
    value_at_both: str
    stage_1: str
    either_stage: str
    at_both: str
    above: str
    below: str
    about: str
    between: str
    model: str
    model_is: str
    not_checked: str
    not_worked_out: str


ENGLISH_UNIFORMITY = UniformityWords(
    size="particle size",
    log_normal="mass-median diameter {median} micrometres, spread {spread}",
    log_normal_d99="{stated}; 99 % of the mass below {d99} micrometres",
    classes="{count} size {count:class, taken|classes, each taken} at its upper edge",
    classes_d99="{stated}; mass-median diameter {median} micrometres, 99 % of the mass up to {d99} micrometres",
    size_not_stated="not stated, so not checked",
    dissolved="none: the drug is dissolved",
    density="true density of the drug",
    density_is="{density} g per cm3; {evidence}",
    density_entered="{density} g per cm3; as entered",
    density_replaced="{density} g per cm3; as entered, in place of the {record} on record",
    density_range="not known; taken as {density} g per cm3, and what follows is given for both ends",
    median_particle="one median particle",
    d99_particle="one d99 particle (99 % is finer)",
    share="{mass}, {share} of the dose",
    count="particles in a capsule",
    count_is="{count} with the finest dust; they vary like {effective} equal ones",
    large="particle above {share} of the dose",
    none_large="in no capsule",
    large_is="in {chance} of the capsules, 1 in {ratio}",
    rarer_than="in less than one of a billion capsules",
    particle_rsd="RSD of a perfect random mix",
    with_limit="{rsd} (limit {limit}, house rule)",
    assumed="{rsd} if the median were {median} micrometres at a spread of {spread} (assumed, not known)",
    largest="largest median diameter",
    largest_is="at a spread of {spread}: {sizes}",
    for_rsd="{median} micrometres for an RSD of {rsd}",
    aliquots="sampling RSD, whole batch",
    aliquot="step {step} {rsd}",
    together="{steps}; together {rsd}",
    no_aliquots="none: no aliquot of powder is drawn",
    weighing="weighing, whole batch",
    weighing_is="{low} to {high} at worst",
    particles="particles, RSD",
    fill="filling, RSD",
    combined="RSD per capsule, together",
    particles_alone="{rsd}, without the filling",
    fill_alone="{rsd}, the filling alone",
    acceptance_value="USP <905> acceptance value",
    value_at_both="{planned} expected; {worst} at the worse end of the weighings (limit 15)",
    stage_1="chance to pass stage 1",
    either_stage="chance to pass stage 1 or 2",
    at_both="{planned}; {worst} at the worse end of the weighings",
    above="above {chance}",
    below="below {chance}",
    about="about {value}",
    between="{low} to {high}",
    model="how these chances are meant",
    model_is="for a perfect mix, and content taken as normally distributed; skewness here {skewness}",
    not_checked="not checked",
    not_worked_out="not worked out",
)

GERMAN_UNIFORMITY = UniformityWords(
    size="Teilchengröße",
    log_normal="massenbezogener Mediandurchmesser {median} Mikrometer, Streuung {spread}",
    log_normal_d99="{stated}; 99 % der Masse unter {d99} Mikrometern",
    classes="{count} {count:Größenklasse|Größenklassen, jede} mit ihrer oberen Grenze gerechnet",
    classes_d99="{stated}; massenbezogener Mediandurchmesser {median} Mikrometer, 99 % der Masse bis {d99} Mikrometer",
    size_not_stated="nicht angegeben, daher nicht geprüft",
    dissolved="keine: der Wirkstoff ist gelöst",
    density="wahre Dichte des Wirkstoffs",
    density_is="{density} g je cm3; {evidence}",
    density_entered="{density} g je cm3; wie eingegeben",
    density_replaced="{density} g je cm3; wie eingegeben, statt der verzeichneten {record}",
    density_range="nicht bekannt; angenommen {density} g je cm3, und was folgt, gilt für beide Enden",
    median_particle="ein Teilchen mittlerer Größe",
    d99_particle="ein Teilchen, größer als 99 % der Masse",
    share="{mass}, {share} der Dosis",
    count="Teilchen in einer Kapsel",
    count_is="{count} mit dem feinsten Staub; sie schwanken wie {effective} gleiche",
    large="ein Teilchen über {share} der Dosis",
    none_large="in keiner Kapsel",
    large_is="in {chance} der Kapseln, in 1 von {ratio}",
    rarer_than="in weniger als einer von einer Milliarde Kapseln",
    particle_rsd="relative Standardabweichung einer vollkommenen Mischung",
    with_limit="{rsd} (Grenze {limit}, Hausregel)",
    assumed="{rsd}, wenn der Median {median} Mikrometer bei einer Streuung von {spread} wäre (angenommen, nicht bekannt)",
    largest="größter Mediandurchmesser",
    largest_is="bei einer Streuung von {spread}: {sizes}",
    for_rsd="{median} Mikrometer für eine relative Standardabweichung von {rsd}",
    aliquots="relative Standardabweichung durch das Entnehmen, ganzer Ansatz",
    aliquot="Schritt {step} {rsd}",
    together="{steps}; zusammen {rsd}",
    no_aliquots="keine: es wird kein Teil eines Pulvers entnommen",
    weighing="Wägungen, ganzer Ansatz",
    weighing_is="{low} bis {high} im ungünstigsten Fall",
    particles="Teilchen, relative Standardabweichung",
    fill="Füllung, relative Standardabweichung",
    combined="beides zusammen, je Kapsel",
    particles_alone="{rsd}, ohne die Füllung",
    fill_alone="{rsd}, die Füllung allein",
    acceptance_value="Akzeptanzwert nach USP <905>",
    value_at_both="{planned} zu erwarten; {worst} am ungünstigeren Ende der Wägungen (Grenze 15)",
    stage_1="Aussicht, Stufe 1 zu bestehen",
    either_stage="Aussicht, Stufe 1 oder 2 zu bestehen",
    at_both="{planned}; {worst} am ungünstigeren Ende der Wägungen",
    above="über {chance}",
    below="unter {chance}",
    about="etwa {value}",
    between="{low} bis {high}",
    model="wie diese Aussichten gemeint sind",
    model_is="für eine vollkommene Mischung und normalverteilten Gehalt; die Schiefe ist hier {skewness}",
    not_checked="nicht geprüft",
    not_worked_out="nicht berechnet",
)
