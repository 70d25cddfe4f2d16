"""What compound plan prints with --verbose, --why and --alternatives: all that is known of a plan."""

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
    from compound.showing import budget_rows, uniformity_rows
    from compound.showing import plan_rows as rows

    judged = needed(batch.audit, "plan")
    parts = [
        "BATCH\n" + _facts(rows.batch_rows(judged)),
        "STEPS\n" + _table(
            ["step", "what", "amount", "into", "allowed reading"],
            [[str(r.number), r.text, r.amount, r.vessel, r.allowed] for r in rows.step_rows(judged)],
            [None, _text_width() - 12, None, None, None],
        ),
        "MIXTURES\n" + _table(
            ["vessel", "total", "drug", "strength", "ratio"],
            [[m.vessel, m.total, m.drug, m.strength, m.one_in] for m in rows.mixture_rows(judged)],
        ),
        "DOSE\n" + _facts(rows.accuracy_rows(judged)),
        "ERROR BUDGET (worst case of the weighings)\n" + _table(
            ["step", "what", "amount", "largest error", "of the amount"],
            [[str(b.number), b.text, b.amount, b.error, b.percent] for b in budget_rows.budget_rows(judged)],
            [None, _text_width() - 12, None, None, None],
        ),
        "UNIFORMITY (from capsule to capsule)\n" + _facts(uniformity_rows.uniformity_rows(judged), 36),
        why_text(batch),
    ]  # fmt: skip
    if alternatives:
        parts.append(alternatives_text(batch))
    return "\n\n".join(parts)


def why_text(batch: Batch) -> str:
    """Why this plan and not another, and both routes beside each other. The batch has a plan."""
    from compound.showing import plan_rows as rows

    judged, planned, width = needed(batch.audit, "plan"), batch.routed, output.terminal_width()
    first = planned.alternatives[0] if planned.alternatives else None
    why = rows.why_rows(judged, first.plan, first.lost_on) if first else rows.why_rows(judged, None, "")
    parts = ["WHY THIS PLAN\n" + "\n".join(output.folded(line, width, "- ", "  ") for line in why)]
    if not batch.order.by_volume:  # what dries on a diluent is filled by weight
        routes, reason = _both_routes(batch, judged)
        both = _table(list(routes[0]), [list(row) for row in routes[1:]], [20, 27, 27])
        chosen = output.folded(f"the reason for the choice: {reason}", width, "- ", "  ")
        parts.append(f"BOTH ROUTES\n{both}\n\n{chosen}")
    return "\n\n".join(parts)


def alternatives_text(batch: Batch) -> str:
    """The runner-ups that were looked for, and the best plan of the other route, each with what it lost on."""
    from compound.showing import plan_rows as rows

    planned = batch.routed
    others = [*planned.alternatives, *([planned.other] if planned.other is not None else [])]
    body = [list(rows.alternative_row(audit(without_accepted(other.plan)), other.lost_on)) for other in others]
    return "ALTERNATIVES\n" + _table(["lost because", "weighs", "worst case"], body, [20, _text_width() - 8, None])


def _text_width() -> int:
    """The columns that a text in a table may take."""
    return 40 if output.terminal_width() < 110 else 64


def _table(headers: list[str], body: list[list[str]], widths: list[int | None] | None = None) -> str:
    from compound.cli.tables import tabulate

    return tabulate(body, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)


def _facts(body: list[tuple[str, str]], names: int = 32) -> str:
    """Two columns, the names in at most `names` characters with the gap. No percent sign begins a line."""
    from compound.cli.tables import tabulate

    widths = [None, max(40, output.terminal_width() - names)]
    body = [(name, text.replace(" %", "\u00a0%")) for name, text in body]
    return tabulate(body, tablefmt="plain", disable_numparse=True, maxcolwidths=widths).replace("\u00a0%", " %")
