/**
 * Series that any program can make again to the last bit, so that other programs' figures on them are constants of a test:
 * uniform steps of the Lehmer generator s → 16807 s mod 2³¹ − 1, (s / (2³¹ − 1)) − ½.
 */

const LENGTH = 150;

function steps(seed: number): number[] {
  let state = seed;
  return Array.from({ length: LENGTH }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  });
}

function sums(start: number, moves: readonly number[]): number[] {
  let level = 0;
  return moves.map((move) => start + (level += move));
}

/** A random walk. */
export const REGRESSOR = sums(100, steps(7));

/** 3 + 1.5 × the walk and a spread that returns by 1.1 and −0.4 of its last two. */
export const RESPONSE = ((): number[] => {
  const noise = steps(99);
  const spread = Array.from({ length: LENGTH }, () => 0);
  for (let t = 2; t < LENGTH; t++) {
    spread[t] = 1.1 * (spread[t - 1] as number) - 0.4 * (spread[t - 2] as number) + (noise[t] as number);
  }
  return spread.map((value, t) => 3 + 1.5 * (REGRESSOR[t] as number) + value);
})();

/** A walk whose steps depend on those before: 0.5 of the last, −0.3 of the third last. */
export const WALK = ((): number[] => {
  const moves = steps(2024);
  for (let t = 3; t < LENGTH; t++) {
    moves[t] = (moves[t] as number) + 0.5 * (moves[t - 1] as number) - 0.3 * (moves[t - 3] as number);
  }
  return sums(50, moves);
})();

/** Flow of the Nile at Aswan, 1871 to 1970, 10⁸ m³ (public domain; G. W. Cobb, Biometrika 65, 1978). */
export const NILE: readonly number[] = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

/** US inflation by quarter, 1959 to 2009, % a year (macrodata of statsmodels; public domain). */
export const INFLATION: readonly number[] = [
  0, 2.34, 2.74, 0.27, 2.31, 0.14, 2.7, 1.21, -0.4, 1.47, 0.8, 0.8, 2.26, 0.13, 2.11, 0.79, 0.53, 2.75, 0.78,
  2.46, 0.13, 0.9, 1.29, 2.05, 1.28, 2.54, 0.89, 2.9, 4.99, 2.1, 4.9, 0.61, 2.42, 3.61, 3.58, 4.72, 3.5, 5.77,
  4.56, 4.51, 6.67, 5.47, 5.4, 6.38, 6.28, 4.13, 5.11, 5.04, 2, 4.96, 2.94, 2.92, 2.9, 2.88, 3.81, 4.71, 9.26,
  4.55, 12.47, 10.39, 10.96, 9.86, 13.56, 10.07, 5.32, 7.48, 6.61, 6.5, 2.14, 6.37, 6.27, 5.49, 8.76, 5.3,
  5.23, 7.08, 7.58, 9.89, 9.65, 8.26, 12.08, 13.37, 11.88, 14.62, 14.6, 8.32, 10.04, 11.64, 8.62, 10.63, 8.22,
  4.26, 2.53, 10.39, 2.45, -0.82, 3.66, 4.03, 3.99, 5.13, 4.67, 3.09, 3.82, 2.28, 4.89, 2.61, 2.96, 5.13,
  -4.39, 2.93, 2.55, 4.33, 4.64, 3.89, 4.2, 3.46, 4.12, 4.41, 4.7, 4.31, 6.22, 4.52, 2.88, 6.64, 4.37, 4.93,
  8.79, 3.88, 1.19, 3.24, 2.93, 3.19, 3.17, 3.14, 3.4, 3.09, 2.79, 1.94, 3.03, 1.92, 2.45, 3.25, 2.69, 2.93,
  3.44, 2.1, 2.35, 3.11, 3.6, 2.3, 3.05, 3.02, 1.25, 1.25, 2.73, 1.24, 0.49, 2.46, 1.71, 1.95, 2.9, 1.92,
  3.35, 2.85, 3.76, 4.19, 2.77, 3.89, 1.82, 2.26, 0.45, 0.23, 3.59, 1.56, 2.66, 3.08, 1.31, 1.09, 2.6, 3.02,
  2.35, 3.61, 3.58, 2.09, 4.15, 1.85, 9.14, 0.4, 2.6, 3.97, -1.58, 3.3, 4.58, 2.75, 3.45, 6.38, 2.82, 8.53,
  -3.16, -8.79, 0.94, 3.37, 3.56,
];
