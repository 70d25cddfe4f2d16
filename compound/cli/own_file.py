"""The pharmacy's own file: what a run takes of it, and what its sheets are printed with."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from compound.cli.files import as_said, open_template, read_file, read_rules
from compound.cli.own_place import FILE_OPTION, FILE_VARIABLE, NO_FILE, OWN_FOLDER, Located, located, named_place
from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.reading.text import shown

if TYPE_CHECKING:
    from compound.facts.excipients.house_rules import HouseRules
    from compound.facts.pharmacy_file import PharmacyFile
    from compound.findings.finding import Finding
    from compound.making.make import PrintSettings
    from compound.order.formula import Options
    from compound.order.own_file import OwnSettings
    from compound.order.taken import TakenValue
    from compound.worksheet.template import Template

def place_to_write(stated: str | None) -> Located:
    """Where the file is written; the user's own folder is made where it lacks. Raises InputError where none counts."""
    place = named_place(stated)
    if place is None:
        raise InputError(FILE_VARIABLE if stated is None else FILE_OPTION, f"says {NO_FILE}; name a file to write")
    folder = os.path.dirname(os.path.realpath(place.path))
    if place.origin == OWN_FOLDER:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise InputError(FILE_OPTION, f"the folder {as_said(folder)} cannot be made: {error.strerror}") from None
    if not os.path.isdir(folder):
        raise InputError(FILE_OPTION, f"there is no folder {as_said(folder)}")
    return place


class OwnFile(Value):
    """The pharmacy's file as it was read, and where it lies."""

    file: PharmacyFile
    place: Located

    def path_of(self, path: str) -> str:
        """A path that the file names, from where the file lies."""
        return os.path.join(os.path.dirname(self.place.path), os.path.expanduser(path))

    def house_rules(self) -> HouseRules | None:
        """The house rules of the file, wherever they stand. Raises InputError."""
        if self.file.rules_file is None:
            return self.file.rules
        try:
            return read_rules(self.path_of(self.file.rules_file))
        except InputError as error:
            raise error.moved(lambda where: self._key("rules") if where == "--rules" else where) from None

    def _key(self, key: str) -> str:
        return f"{self.file.name}: {key}"

    def template(self) -> Template | None:
        """The template that the file asks for, by itself or by its language, with its logo; None where it asks for none."""
        sheet = self.file.sheet
        if sheet.template is None:
            found = None if sheet.language is None else open_template(_shipped_in(sheet.language))
        else:
            try:
                found = open_template(self._template_path(sheet.template))
            except InputError as error:
                raise error.moved(lambda where: self._key("sheet.template") if where == "--template" else where) from None
            if sheet.language not in (None, found.language):
                said = f"is {sheet.language}, and {shown(sheet.template)} is a template in {found.language}; leave one out"
                raise InputError(self._key("sheet.language"), said)
        return found

    def _template_path(self, text: str) -> str:
        from compound.reading import shipped

        path = self.path_of(text)
        known = shipped.find(text, shipped.WORKSHEET) if os.path.basename(text) == text else None
        return text if known is not None and (text == known.name or not os.path.exists(path)) else path

    def with_logo(self, template: Template) -> Template:
        """A template with the logo of the file in the place of its own. Raises InputError for a picture that is none."""
        from compound.paper.logo import MOST_PICTURE_BYTES, read_picture

        logo, place = self.file.sheet.logo, self._key("sheet.logo")
        if logo is None:
            return template
        picture = read_file(self.path_of(logo), place, MOST_PICTURE_BYTES)
        try:
            read_picture(picture)
        except InputError as error:
            raise InputError(place, error.sentence) from None
        return replace(template, logo=logo, picture=picture)


def _shipped_in(language: str) -> str:
    from compound.reading import shipped

    return shipped.WORKSHEET if language == "en" else f"{shipped.WORKSHEET}.{language}"


def read_own_file(stated: str | None) -> OwnFile | None:
    """The pharmacy's file that counts, or None. Raises InputError, for a key that is at fault with file and key."""
    place = located(stated)
    if place is None:
        return None
    from compound.facts.pharmacy_file import read_pharmacy_file

    name = FILE_VARIABLE if place.origin == FILE_VARIABLE else FILE_OPTION
    return OwnFile(read_pharmacy_file(read_file(place.path, name), as_said(os.path.basename(place.path))), place)


def own_language() -> str | None:
    """The language that the pharmacy's file states, for what is printed; None where there is none to be read.

    What is wrong with the file is said by the commands that use it: the manual must be read with a bad one too.
    """
    try:
        own = read_own_file(None)
    except InputError:
        return None
    return None if own is None else own.file.sheet.language


class OwnRun(Value):
    """What a run takes of the pharmacy's file: the settings under its orders, how its sheets are printed.

    `template` is None where sheets are printed by the shipped English one.
    """

    settings: OwnSettings
    template: Template | None
    page_size: str | None
    date_format: str
    balance_unit: str

    @property
    def house_rules(self) -> HouseRules | None:
        """The house rules of the file, where no option gives others."""
        return self.settings.rules


def own_run(
    stated: str | None, balance: str | None, template: str | None, page_size: str | None, *, own_rules: bool
) -> OwnRun | None:
    """What a run takes of the pharmacy's file, the options of the run above it; None where there is no file.

    `own_rules` says that the run has no rules from an option. Raises InputError.
    """
    own = read_own_file(stated)
    if own is None:
        if balance is not None:
            raise _no_file(stated)
        return None
    from compound.order.own_file import OwnSettings

    printed, taken = _printed_with(own, template)
    keys = [*taken]
    if page_size is None and own.file.sheet.page_size is not None:
        keys.append(("page_size", "sheet.page_size"))
    if own.file.sheet.date_format is not None:
        keys.append(("date_format", "sheet.date_format"))
    if own.file.sheet.balance_unit is not None:
        keys.append(("balance_unit", "sheet.balance_unit"))
    # A template that was typed brings the head and the logo that it has.
    head = () if template is not None and printed is not None and printed.lines else own.file.sheet.head
    rules = own.house_rules() if own_rules else None
    if rules is not None:
        keys.append(("rules", "rule" if own.file.rules_file is None else "rules"))
    settings = OwnSettings(own.file, balance, date.today(), _named(own, keys), head, rules)
    sheet = own.file.sheet
    return OwnRun(settings, printed, page_size or sheet.page_size, sheet.date_format or "", sheet.balance_unit or "mg")


def _no_file(stated: str | None) -> InputError:
    place = named_place(stated)
    if place is None:
        return InputError("--balance", "is a balance of the pharmacy's file, and none is to count")
    path = as_said(place.path)
    return InputError("--balance", f"is a balance of the pharmacy's file, and there is no file {path}; see compound pharmacy init")


def _named(own: OwnFile, keys: list[tuple[str, str]]) -> tuple[TakenValue, ...]:
    from compound.order.taken import TakenValue

    return tuple(TakenValue(key, own.file.name, at) for key, at in keys)


def _printed_with(own: OwnFile, typed: str | None) -> tuple[Template | None, list[tuple[str, str]]]:
    """The template of the run's sheets with its logo, and the keys of what of it is from the file."""
    sheet, taken = own.file.sheet, list[tuple[str, str]]()
    if typed is not None:
        template: Template | None = open_template(typed)
    else:
        template = own.template()
        if template is not None:
            key = "language" if sheet.template is None else "template"
            taken.append((key, f"sheet.{key}"))
    if sheet.logo is not None and not (typed is not None and template is not None and template.picture):
        template = own.with_logo(template or open_template(None))
        taken.append(("logo", "sheet.logo"))
    return template, taken


def layered_options(
    options: Options, formula: tuple[str, Options] | None, own: OwnSettings | None
) -> tuple[Options, tuple[Finding, ...], tuple[TakenValue, ...]]:
    """The options over those of the formula, over those of the pharmacy's file; what is to be said, what the file gave."""
    if own is not None:
        from compound.order.own_file import layered

        found = layered(options, formula, own)
        return found.options, found.notes, found.taken
    if formula is None:
        return options, (), ()
    from compound.order.formula import merged

    return *merged(formula[1], options, formula[0]), ()


def print_settings(
    template: str | None, page_size: str | None, fillable: bool, own: OwnRun | None, *, annex: bool = True,
    pages: str = "short",
) -> PrintSettings:  # fmt: skip
    """How the sheets of a run are printed. Raises InputError for a template that cannot be read."""
    from compound.making.make import PrintSettings

    if own is None:
        return PrintSettings(open_template(template), page_size, fillable, annex, pages)
    return PrintSettings(
        own.template or open_template(template), own.page_size, fillable, annex, pages, own.balance_unit, own.date_format
    )
