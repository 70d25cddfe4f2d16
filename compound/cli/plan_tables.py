"""What compound plan prints on a terminal."""

from __future__ import annotations

from compound.cli import output
from compound.judging.audit import Audit, audit
from compound.making import route
from compound.making.make import Batch, without_accepted
from compound.order.order import needed
from compound.planning.planned import POWDER, Routed


def _both_routes(batch: Batch, judged: Audit) -> tuple[list[tuple[str, ...]], str]:
    """Both routes side by side, and the reason for the one that was taken."""
    from compound.showing import route_rows

    order, taken = batch.order, batch.routed
    other = route.other_route(order, taken.method) if taken.other is None else Routed(taken.other.plan)
    cut = other.plan is None and other.cut
    bare = None if other.plan is None else audit(without_accepted(other.plan), (), batch.house_rules)
    powder, solution = (judged, bare) if taken.method == POWDER else (bare, judged)
    rows = route_rows.route_rows(powder, solution, () if other.plan else other.notes, cut=cut)
    return [route_rows.HEADERS, *rows], route_rows.reason(order, taken, judged.findings)


def plan_text(batch: Batch, alternatives: int) -> str:
    """The plan, its mixtures, dose, budget and uniformity, why this plan, and both routes, as wide as the terminal.

    `alternatives` is how many runner-ups are shown. The batch has a plan.
    """
    from compound.cli.tables import tabulate
    from compound.showing import budget_rows, uniformity_rows
    from compound.showing import plan_rows as rows

    judged, planned = needed(batch.audit, "plan"), batch.routed
    routes = None if batch.order.by_volume else _both_routes(batch, judged)  # what dries on a diluent is filled by weight
    width = output.terminal_width()
    text_width = 40 if width < 110 else 64

    def table(headers: list[str], body: list[list[str]], widths: list[int | None] | None = None) -> str:
        return tabulate(body, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)

    def facts(body: list[tuple[str, str]], names: int = 32) -> str:
        """Two columns, the names in at most `names` characters with the gap. No percent sign begins a line."""
        widths = [None, max(40, width - names)]
        body = [(name, text.replace(" %", "\u00a0%")) for name, text in body]
        return tabulate(body, tablefmt="plain", disable_numparse=True, maxcolwidths=widths).replace("\u00a0%", " %")

    first = planned.alternatives[0] if planned.alternatives else None
    why = rows.why_rows(judged, first.plan, first.lost_on) if first else rows.why_rows(judged, None, "")
    parts = [
        "BATCH\n" + facts(rows.batch_rows(judged)),
        "STEPS\n" + table(
            ["step", "what", "amount", "into", "allowed reading"],
            [[str(r.number), r.text, r.amount, r.vessel, r.allowed] for r in rows.step_rows(judged)],
            [None, text_width - 12, None, None, None],
        ),
        "MIXTURES\n" + table(
            ["vessel", "total", "drug", "strength", "ratio"],
            [[m.vessel, m.total, m.drug, m.strength, m.one_in] for m in rows.mixture_rows(judged)],
        ),
        "DOSE\n" + facts(rows.accuracy_rows(judged)),
        "ERROR BUDGET (worst case of the weighings)\n" + table(
            ["step", "what", "amount", "largest error", "of the amount"],
            [[str(b.number), b.text, b.amount, b.error, b.percent] for b in budget_rows.budget_rows(judged)],
            [None, text_width - 12, None, None, None],
        ),
        "UNIFORMITY (from capsule to capsule)\n" + facts(uniformity_rows.uniformity_rows(judged), 36),
        "WHY THIS PLAN\n" + "\n".join(output.folded(line, width, "- ", "  ") for line in why),
    ]  # fmt: skip
    if routes is not None:
        both = table(list(routes[0][0]), [list(row) for row in routes[0][1:]], [20, 27, 27])
        chosen = output.folded(f"the reason for the choice: {routes[1]}", width, "- ", "  ")
        parts.append(f"BOTH ROUTES\n{both}\n\n{chosen}")
    if alternatives:
        others = [*planned.alternatives, *([planned.other] if planned.other is not None else [])]
        body = [list(rows.alternative_row(audit(without_accepted(other.plan)), other.lost_on)) for other in others]
        parts.append(
            "ALTERNATIVES\n" + table(["lost because", "weighs", "worst case"], body, [20, text_width - 8, None])
        )
    return "\n\n".join(parts)
