/* All plans of two triturations on one balance (contract, section 4, preference simple), gone through one by one.
 * Arguments, amounts in whole steps of the readability: dilution S least capacity least_mixture max_dilution blend_low
 * blend_high dose_error plan_error. Prints the first plan: a0 t1 a1 t2 a2 F, or "none". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef long double real;
static long values[100000]; static int width[100000], count;
static real S; static long least, capacity;

static int digits(long v) { int n = 0; while (v % 10 == 0) v /= 10; while (v) { n++; v /= 10; } return n; }

/* The portions of a diluent, 0 where it cannot be weighed. */
static int portions(long d) {
    if (d < least) return 0;
    long n = (d + capacity - 1) / capacity, each = (d + n - 1) / n;
    return d - (n - 1) * each < least ? 0 : (int)n;
}

static int corner(long a, long t, real *low, real *high) {
    int n = portions(t - a);
    if (!n) return 0;
    *high *= (a + S) * t / (a * (t + S - n * S));
    *low *= (a - S) * t / (a * (t - S + n * S));
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 11) return 2;
    real dilution = strtold(argv[1], 0); S = strtold(argv[2], 0); least = atol(argv[3]); capacity = atol(argv[4]);
    long mixture = atol(argv[5]); real most = strtold(argv[6], 0); long blend_low = atol(argv[7]), blend_high = atol(argv[8]);
    real dose_error = strtold(argv[9], 0), plan_error = strtold(argv[10], 0), tiny = 1e-14L;
    for (long v = 1; v <= capacity * most; v++) if (digits(v) <= 2) { values[count] = v; width[count++] = digits(v); }
        else if (v > 100) { long p = 1; while (v / p >= 100) p *= 10; v = (v / p + 1) * p - 1; }
    long best[6] = {0}, worst_reserve = 2, best_points = 0, best_powder = 0; real best_rho = 0;
    for (int i = 0; i < count; i++) { long a0 = values[i]; if (a0 < least || a0 > capacity) continue;
    for (int j = 0; j < count; j++) { long t1 = values[j]; if (t1 < mixture || t1 <= a0) continue;
        if (t1 > a0 * most) break;
        if (dilution * a0 / t1 > most * most * 1.002L) continue;
        real low1 = 1, high1 = 1; if (!corner(a0, t1, &low1, &high1)) continue;
    for (int k = 0; k < count; k++) { long a1 = values[k]; if (a1 < least || a1 > capacity || a1 * 10 > t1 * 9) continue;
    for (int l = 0; l < count; l++) { long t2 = values[l]; if (t2 < mixture || t2 <= a1) continue;
        if (t2 > a1 * most) break;
        real low2 = low1, high2 = high1; if (!corner(a1, t2, &low2, &high2) || high2 > (1 + dose_error) * 1.002L) continue;
        real chain = dilution * a0 / t1 * a1 / t2;
        if (chain > most * 1.002L) continue;
        if (chain < 0.998L) break;
    for (int m = 0; m < count; m++) { long a2 = values[m]; if (a2 < least || a2 > capacity || a2 * 10 > t2 * 9) continue;
        real ideal = chain * a2;
        if (ideal > blend_high * 1.002L) break;
        long from = (long)ceill(ideal / 1.001L - tiny * ideal), to = (long)floorl(ideal / 0.999L + tiny * ideal);
        if (from < blend_low) from = blend_low;
        if (to > blend_high) to = blend_high;
    for (long F = from; F <= to; F++) {
        if (F > a2 * most) break;
        real low = low2, high = high2; if (F <= a2 || !corner(a2, F, &low, &high)) continue;
        real rho = fabsl(ideal / F - 1); high = high * ideal / F - 1; low = 1 - low * ideal / F;
        real worst = high > low ? high : low;
        if (worst > dose_error + tiny) continue;
        long reserve = worst > plan_error + tiny, powder = t1 + t2 + F, points = width[i] + width[j] + width[k] + width[l] + width[m];
        for (long reach = F; reach < powder; reach *= 2) points++;
        long plan[6] = {a0, t1, a1, t2, a2, F}; int better = 0;
        if (reserve != worst_reserve) better = reserve < worst_reserve;
        else if (points != best_points) better = points < best_points;
        else if (fabsl(rho - best_rho) > tiny) better = rho < best_rho;
        else if (powder != best_powder) better = powder < best_powder;
        else for (int q = 0; q < 6; q++) if (plan[q] != best[q]) { better = plan[q] < best[q]; break; }
        if (better) { worst_reserve = reserve; best_points = points; best_rho = rho; best_powder = powder;
            for (int q = 0; q < 6; q++) best[q] = plan[q]; }
    } } } } } }
    if (worst_reserve == 2) puts("none");
    else printf("%ld %ld %ld %ld %ld %ld\n", best[0], best[1], best[2], best[3], best[4], best[5]);
    return 0;
}
