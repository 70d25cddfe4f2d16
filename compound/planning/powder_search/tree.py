"""Branch and bound over whole chains, from the drug to the blend.

It is complete by itself, and quick where the limits leave little room: where a capacity or a small largest dilution
stands in the way, and where powder ranks first. Where they leave much room there are too many chains to walk, and the
way through the products of dilutions (`stage`) is quicker.

The bounds. Each mixture must be heavy enough for what is taken from it, and each concentrate for its mixture; so the
blend bounds the last aliquot from below, that the last trituration, and so on back to the drug. With them the largest
dilution of each position is known, and of all that are still to come.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import exp, expm1, floor, inf, log

from compound.planning.powder_search.positions import ABOVE, BELOW, FINE_GRID, LONGEST_FRONT, Node, Positions
from compound.planning.powder_search.problem import (
    FLOAT_MARGIN,
    Amounts,
    Blends,
    Chain,
    Effort,
    Prefer,
    Problem,
    chain_of,
    digits_of,
    rank,
)


class _Tree:
    """The chains of k triturations with amounts of up to `most` digits, with just so much `drug` if given."""

    def __init__(
        self, problem: Problem, k: int, most: int, largest: int, *, drug: int | None = None, effort: Effort | None = None
    ) -> None:  # fmt: skip
        self.p, self.k, self.drug, self.effort = problem, k, drug, effort or Effort()
        self.amounts = Amounts(most, problem.multiple).between(1, largest)
        self.places, self.blends = Positions(problem, k, self.amounts), Blends(problem)
        self.error, self.limit = self.places.error, self.places.limit
        self.diluted, self.concentrates = problem.most_dilution.as_integer_ratio()
        self.shares, self.mixtures = problem.most_share.as_integer_ratio()
        self.slack = self.places.slack
        self.share = float(problem.most_share)
        # An aliquot of the largest share of the largest mixture is the largest next concentrate.
        self.growth = self.share * max(self.places.most_dilution) * ABOVE

    def walk(self) -> None:
        """Visits every chain that the bounds leave."""
        for node in self.roots():
            self.visit(node)

    def visit(self, node: Node) -> None:
        """Visits the chains behind a node."""
        self.effort.spend()
        if len(node.totals) == self.k:
            self.effort.spend(5)
            self.end(node)
            return
        for child in self.children(node):
            self.visit(child)

    def end(self, node: Node) -> None:
        """A chain whose blend alone is missing."""
        raise NotImplementedError

    def between(self, low: float, high: float) -> list[int]:
        """The amounts from low to high, both included."""
        return self.amounts[bisect_left(self.amounts, low) : bisect_right(self.amounts, high)]

    def roots(self) -> Iterable[Node]:
        """The drug weighings to try, the least first."""
        p, dilution = self.p, float(self.p.dilution)
        if self.places.least_error(self.k + 1, log(dilution / self.slack)) > self.limit:
            return []
        if self.drug is not None:
            drugs = [self.drug]
        else:
            room = self.limit - self.rest_error(0, dilution)
            if room <= 0:
                return []
            low = max(self.places.least_drug(), self.places.sensitivity / expm1(room) * BELOW)
            drugs = self.between(low, self.amounts[-1] if p.capacity is None else p.capacity)
        return [Node((drug,), (), dilution * drug, self.error(drug), digits_of(drug), 0) for drug in drugs]

    def rest_error(self, made: int, diluted: float) -> float:
        """A lower bound of the error behind a_made, which must be diluted so much; the largest dilution comes first."""
        size = log(diluted / self.slack) - log(self.places.most_dilution[made + 1])
        return self.places.least_error(self.k - made, size)

    def children(self, node: Node) -> Iterator[Node]:
        """The concentrate diluted and an aliquot taken, in every way that the bounds leave."""
        for total, diluted, digits in self.totals_of(node):
            for aliquot, error in self.aliquots_of(node, total, diluted):
                yield Node(
                    (*node.taken, aliquot), (*node.totals, total), diluted * aliquot, error,
                    digits + digits_of(aliquot), node.powder + total,
                )  # fmt: skip

    def totals_of(self, node: Node) -> Iterable[tuple[int, float, int]]:
        """The totals a concentrate may have, each with the dilution still needed behind it and the digits used."""
        p, places, a, made = self.p, self.places, node.taken[-1], len(node.totals)
        whole = node.need / a
        low = max(a + p.least, places.least_total[made + 1], a * whole / self.slack / exp(places.most_size[self.k - made]) * BELOW)
        high = min(a * min(places.dilution, 1 + places.capacity / a) * ABOVE, a * whole * self.slack, self.most_total(node))
        for total in self.between(low, high):
            if total * self.concentrates <= self.diluted * a and total - a <= places.capacity:
                yield total, node.need / total, node.digits + digits_of(total)

    def aliquots_of(self, node: Node, total: int, diluted: float) -> Iterator[tuple[int, float]]:
        """The aliquots that may be taken of a mixture, each with the error of all weighings so far."""
        p, places, made = self.p, self.places, len(node.totals) + 1
        behind = self.k - made
        low = max(
            places.least_taken[made], p.blend_low / (diluted * self.share**behind * self.slack) * BELOW
        )
        high = min(places.capacity, total * self.share * ABOVE, self.most_aliquot(node, total, diluted))
        room = self.limit - node.error
        if behind:
            room -= self.rest_error(made, diluted)
        else:
            high = min(high, p.blend_high / diluted * self.slack, p.most_concentrate)
        if room <= 0:
            return
        aliquots = self.between(max(low, places.sensitivity / expm1(room) * BELOW), high)
        self.effort.spend(1 + len(aliquots))
        for aliquot in aliquots:
            error = node.error + self.error(aliquot)
            if behind and error + self.error_behind(aliquot, diluted, behind) > self.limit:
                continue
            if aliquot * self.mixtures <= self.shares * total:
                yield aliquot, error

    def most_total(self, node: Node) -> float:
        """The largest total that a ranking has a use for."""
        return inf

    def most_aliquot(self, node: Node, total: int, diluted: float) -> float:
        """The same for the next aliquot."""
        return inf

    def error_behind(self, aliquot: int, diluted: float, behind: int) -> float:
        """A lower bound of the error of the aliquots behind one."""
        places = self.places
        own = min(places.dilution, 1 + places.capacity / aliquot)
        heaviest, grown = float(aliquot), 0.0
        for _ in range(behind):
            heaviest = min(places.capacity, heaviest * self.growth)
            grown += self.error(heaviest)
        return max(grown, places.least_error(behind, log(diluted / self.slack / own)))


class _First(_Tree):
    """Looks for any chain, where most of the limit is left first."""

    found = False

    def roots(self) -> Iterable[Node]:
        def spent(node: Node) -> float:
            drug = node.taken[0]
            return node.error + (self.error_behind(drug, node.need / drug, self.k) if self.k else 0.0)

        return sorted(super().roots(), key=spent)

    def visit(self, node: Node) -> None:
        if not self.found:
            super().visit(node)

    def totals_of(self, node: Node) -> Iterable[tuple[int, float, int]]:
        made = len(node.totals) + 1

        def spent(way: tuple[int, float, int]) -> float:
            total, diluted, _ = way
            return self.error(min(self.places.capacity, total * self.share)) + self.rest_error(made, diluted)

        return sorted(super().totals_of(node), key=spent)

    def aliquots_of(self, node: Node, total: int, diluted: float) -> Iterator[tuple[int, float]]:
        behind = self.k - len(node.totals) - 1

        def spent(way: tuple[int, float]) -> float:
            aliquot, error = way
            return error + (self.error_behind(aliquot, diluted, behind) if behind else 0.0)

        return iter(sorted(super().aliquots_of(node, total, diluted), key=spent))

    def end(self, node: Node) -> None:
        self.found = bool(self.blends.of(node.taken, node.totals))


class _Ranked(_Tree):
    """The first `count` chains of a ranking."""

    def __init__(
        self, problem: Problem, k: int, most: int, largest: int, prefer: Prefer, count: int,
        *, drug: int | None = None, effort: Effort | None = None,
    ) -> None:  # fmt: skip
        super().__init__(problem, k, most, largest, drug=drug, effort=effort)
        self.prefer, self.count = prefer, count
        self.found: list[tuple[tuple[object, ...], Chain]] = []

    def end(self, node: Node) -> None:
        blends = self.blends.of(node.taken, node.totals)
        if blends:
            ideal = floor(node.need)
            nearest = bisect_left(blends, ideal)
            for blend in blends[max(0, nearest - self.count - 1) : nearest + self.count + 1]:
                self.keep(chain_of(self.p, node.taken, node.totals, blend))

    def keep(self, chain: Chain) -> None:
        """Keeps a chain if it is among the first."""
        ranked = rank(self.prefer, chain)
        if len(self.found) < self.count or ranked < self.found[-1][0]:
            self.found.append((ranked, chain))
            self.found.sort(key=lambda item: item[0])
            del self.found[self.count :]


class _LeastDigits(_Ranked):
    """The same where digits come first, or come next behind a given drug."""

    def visit(self, node: Node) -> None:
        digits = node.digits + 2 * (self.k - len(node.totals))
        if len(self.found) < self.count or digits <= self.found[-1][1].digits:
            super().visit(node)


class _LeastPowder(_Ranked):
    """The first `count` chains by powder, the most promising branch first.

    The product of the totals to come and of the blend is that of the aliquots to come times what is needed. How small
    the latter can be is listed for up to three weighings together; so is how small the sum of totals of a given
    product can be. `most_powder` is that of the last of `count` chains already known.
    """

    def __init__(self, problem: Problem, k: int, most: int, count: int, most_powder: int) -> None:
        super().__init__(problem, k, most, most_powder, Prefer.POWDER, count)
        self.most_powder = most_powder
        self._light: dict[int, tuple[list[float], list[float]]] = {}
        self._small: dict[int, tuple[list[float], list[int]]] = {}
        self._sums: dict[tuple[int, int], float] = {}
        room = max(1.0, float(most_powder - problem.blend_low))
        of_totals = k * log(room / k) if k else 0.0
        largest = of_totals + log(problem.blend_high) + log(self.slack) - log(float(problem.dilution)) + FLOAT_MARGIN
        taken = [log(amount) for amount in self.places.least_taken]
        # The largest product of the last n aliquots that so much powder allows.
        self.most_product = [largest - sum(taken[: k + 1 - n]) for n in range(k + 2)]

    def powder_left(self) -> int:
        """The powder of the worst chain that would still be kept."""
        return self.found[-1][1].powder if len(self.found) == self.count else self.most_powder

    def roots(self) -> Iterable[Node]:
        bounds = ((self.least_powder(self.k, self.k, n.need, self.limit - n.error), n) for n in super().roots())
        return [node for bound, node in sorted(bounds) if bound <= self.most_powder]

    def totals_of(self, node: Node) -> Iterable[tuple[int, float, int]]:
        behind, room = self.k - len(node.totals) - 1, self.limit - node.error
        ways = (
            (node.powder + way[0] + self.least_powder(behind, behind + 1, way[1], room), way)
            for way in super().totals_of(node)
        )
        for bound, way in sorted(ways):
            if bound > self.powder_left():
                return
            yield way

    def aliquots_of(self, node: Node, total: int, diluted: float) -> Iterator[tuple[int, float]]:
        behind, powder = self.k - len(node.totals) - 1, node.powder + total
        ways = (
            (powder + self.least_powder(behind, behind, diluted * way[0], self.limit - way[1]), way)
            for way in super().aliquots_of(node, total, diluted)
        )
        for bound, way in sorted(ways):
            if bound > self.powder_left():
                return
            yield way

    def most_total(self, node: Node) -> float:
        others = sum(self.places.least_total[len(node.totals) + 2 :])
        return self.powder_left() - node.powder - self.p.blend_low - others

    def most_aliquot(self, node: Node, total: int, diluted: float) -> float:
        """The totals and the blend to come have a product of at most that of equal totals that use up the powder."""
        behind, left = self.k - len(node.totals) - 1, self.powder_left() - node.powder - total
        product = self.least_product(behind, self.limit - node.error)
        if product == inf or left <= self.p.blend_low:
            return 0.0 if behind or left < self.p.blend_low else left / diluted * self.slack * ABOVE
        of_totals = behind * log((left - self.p.blend_low) / behind) if behind else 0.0
        most = of_totals + log(min(self.p.blend_high, left)) - product - log(diluted / self.slack) + FLOAT_MARGIN
        return exp(min(most, 700.0))

    def end(self, node: Node) -> None:
        blends = self.blends.of(node.taken, node.totals)
        for blend in blends[: self.count]:
            if node.powder + blend <= self.powder_left():
                self.keep(chain_of(self.p, node.taken, node.totals, blend))

    def least_powder(self, totals: int, aliquots: int, need: float, room: float) -> float:
        """A lower bound of the last totals and the blend together, for so many aliquots to come."""
        product = self.least_product(aliquots, room)
        if product == inf:
            return inf
        size = log(need / self.slack) + product - FLOAT_MARGIN
        key = (totals, floor(size * FINE_GRID))
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = self._least_sum(totals, key[1] / FINE_GRID)
        return found

    def _least_sum(self, totals: int, size: float) -> float:
        """The least sum of the last totals and the blend whose product is at least e^size."""
        low, high = size - log(self.p.blend_high) - FLOAT_MARGIN, size - log(self.p.blend_low)
        if totals == 0:
            return inf if low > 0 else max(float(self.p.blend_low), exp(size)) * BELOW
        products, sums = self._small_totals(totals)
        first, last = bisect_left(products, low), bisect_left(products, high)
        least = float(sums[last] + self.p.blend_low) if last < len(sums) else inf
        for i in range(first, last):
            least = min(least, (sums[i] + exp(size - products[i])) * BELOW)
        return least

    def least_product(self, aliquots: int, room: float) -> float:
        """A lower bound of the logarithm of the product of the last aliquots, whose errors have this room."""
        if aliquots == 0:
            return 0.0 if room >= -FLOAT_MARGIN else inf
        if room <= 0:
            return inf
        if aliquots <= LONGEST_FRONT:
            errors, products = self._light_aliquots(aliquots)
            i = bisect_left(errors, -room - FLOAT_MARGIN)
            return products[i] - FLOAT_MARGIN if i < len(errors) else inf
        # The product is least when the aliquots share the room equally, for log(e^u - 1) is concave in u; the last
        # has its own least amount.
        each, least = self.places.sensitivity / expm1(room / aliquots), self.places.least_taken[self.k]
        if each >= least:
            return aliquots * log(each) - FLOAT_MARGIN
        rest = room - self.error(least)
        if rest <= 0:
            return inf
        each = max(float(self.p.least), self.places.sensitivity / expm1(rest / (aliquots - 1)))
        return log(least) + (aliquots - 1) * log(each) - FLOAT_MARGIN

    def _light_aliquots(self, aliquots: int) -> tuple[list[float], list[float]]:
        """Errors, with a minus, and logarithms of the products of the last aliquots: those that no others beat in both."""
        if aliquots not in self._light:
            low = self.places.least_taken[self.k - aliquots + 1]
            own = [(self.error(amount), log(amount)) for amount in self.amounts if amount >= low]
            before = ([0.0], [0.0]) if aliquots == 1 else self._light_aliquots(aliquots - 1)
            most = self.most_product[aliquots]
            pairs = [
                (size + product, error - other)
                for other, product in zip(*before, strict=True)
                for error, size in own
                if error - other <= self.limit and size + product <= most
            ]
            errors, products, least = [], [], inf
            for product, error in sorted(pairs):
                if error < least:
                    least = error
                    errors.append(-error)
                    products.append(product)
            self._light[aliquots] = errors, products
        return self._light[aliquots]

    def _small_totals(self, totals: int) -> tuple[list[float], list[int]]:
        """Logarithms of the products and sums of the last totals: those that no others beat in both."""
        if totals not in self._small:
            low = self.places.least_total[self.k - totals + 1]
            own = [(log(amount), amount) for amount in self.amounts if amount >= low]
            before: tuple[list[float], list[int]] = ([0.0], [0]) if totals == 1 else self._small_totals(totals - 1)
            most = self.most_powder - self.p.blend_low
            pairs = [
                (size + product, amount + other)
                for product, other in zip(*before, strict=True)
                for size, amount in own
                if amount + other <= most
            ]
            products, sums, least = [], [], most + 1
            for product, total in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
                if total < least:
                    least = total
                    products.append(product)
                    sums.append(total)
            self._small[totals] = products[::-1], sums[::-1]
        return self._small[totals]


def _largest(problem: Problem, k: int, drug: int | None) -> int:
    """The largest amount that any chain may hold."""
    if problem.capacity is not None:
        return 2 * problem.capacity
    if drug is None:
        raise ValueError("without a capacity and a drug there is no largest amount")
    return int(drug * max(Fraction(1), problem.most_dilution) ** max(1, k)) + 1


def least_drug(problem: Problem, k: int) -> int:
    """A lower bound of the drug in any chain of k triturations."""
    return floor(Positions(problem, k, []).least_drug())


def any_chain(problem: Problem, k: int, most: int, effort: Effort) -> bool:
    """Whether there is any admissible chain. The problem has a capacity. Raises TooMany."""
    tree = _First(problem, k, most, _largest(problem, k, None), effort=effort)
    tree.walk()
    return tree.found


def least_digits(
    problem: Problem, k: int, most: int, prefer: Prefer, count: int, effort: Effort, drug: int | None = None
) -> list[Chain]:
    """The first `count` chains by `SIMPLE` or, with the drug given, by `DRUG`. Raises TooMany.

    The problem has a capacity, or the drug is given.
    """
    tree = _LeastDigits(problem, k, most, _largest(problem, k, drug), prefer, count, drug=drug, effort=effort)
    tree.walk()
    return [chain for _, chain in tree.found]


def least_powder(problem: Problem, k: int, most: int, known: list[Chain]) -> list[Chain]:
    """As many chains as are known, the first by powder. Of those known only the most powder counts."""
    tree = _LeastPowder(problem, k, most, len(known), max(chain.powder for chain in known))
    tree.walk()
    return [chain for _, chain in tree.found]
