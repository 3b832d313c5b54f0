/**
 * Distribution of Dickey–Fuller statistics, of a single series and of the residuals of a cointegrating regression.
 * Critical values: J. G. MacKinnon, "Critical values for cointegration tests", Queen's Economics Department working paper
 * 1227 (2010), tables 1 to 4: b∞ + b₁/T + b₂/T² + b₃/T³. Without a constant: his table of 1996, a single series only.
 * p values: the approximate asymptotic distribution of his "Approximate asymptotic distribution functions for unit-root and
 * cointegration tests", Journal of Business & Economic Statistics 12 (1994), which ends at six series; so do all tables here.
 */
import { assert } from '../domain/errors.ts';
import { normalCdf } from '../lib/normal.ts';

/** Deterministic terms: none; a constant; a constant and a trend; these and a squared trend. */
export type Terms = 'n' | 'c' | 'ct' | 'ctt';

/** Series of a cointegrating regression, the response included. */
export const MAX_SERIES = 6;

export type CriticalValues = {
  readonly onePercent: number;
  readonly fivePercent: number;
  readonly tenPercent: number;
};

type Surface = readonly [number, number, number, number];

type Tables = {
  /** By number of series: 1 %, 5 %, 10 %. */
  readonly critical: readonly (readonly [Surface, Surface, Surface])[];
  /** By number of series: below the first there is no mass, above the last all of it; the polynomials meet at `meet`. */
  readonly lowest: readonly number[];
  readonly meet: readonly number[];
  readonly highest: readonly number[];
  /** Coefficients of 1, τ, τ² (× 100). */
  readonly lower: readonly (readonly [number, number, number])[];
  /** Coefficients of 1, τ (× 10), τ² (× 10), τ³ (× 100). */
  readonly upper: readonly (readonly [number, number, number, number])[];
};

const TABLES: Readonly<Record<Terms, Tables>> = {
  n: {
    critical: [
      [
        [-2.56574, -2.2358, -3.627, 0],
        [-1.941, -0.2686, -3.365, 31.223],
        [-1.61682, 0.2656, -2.714, 25.364],
      ],
    ],
    lowest: [-19.04],
    meet: [-1.04],
    highest: [Number.POSITIVE_INFINITY],
    lower: [[0.6344, 1.2378, 3.2496]],
    upper: [[0.4797, 9.3557, -0.6999, 3.3066]],
  },
  c: {
    critical: [
      [
        [-3.43035, -6.5393, -16.786, -79.433],
        [-2.86154, -2.8903, -4.234, -40.04],
        [-2.56677, -1.5384, -2.809, 0],
      ],
      [
        [-3.89644, -10.9519, -33.527, 0],
        [-3.33613, -6.1101, -6.823, 0],
        [-3.04445, -4.2412, -2.72, 0],
      ],
      [
        [-4.29374, -14.4354, -33.195, 47.433],
        [-3.74066, -8.5632, -10.852, 27.982],
        [-3.45218, -6.2143, -3.718, 0],
      ],
      [
        [-4.64332, -18.1031, -37.972, 0],
        [-4.096, -11.2349, -11.175, 0],
        [-3.8102, -8.3931, -4.137, 0],
      ],
      [
        [-4.95756, -21.8883, -45.142, 0],
        [-4.41519, -14.0405, -12.575, 0],
        [-4.13157, -10.7417, -3.784, 0],
      ],
      [
        [-5.24568, -25.6688, -57.737, 88.639],
        [-4.70693, -16.9178, -17.492, 60.007],
        [-4.42501, -13.1875, -5.104, 27.877],
      ],
    ],
    lowest: [-18.83, -18.86, -23.48, -28.07, -25.96, -23.27],
    meet: [-1.61, -2.62, -3.13, -3.47, -3.78, -3.93],
    highest: [2.74, 0.92, 0.55, 0.61, 0.79, 1],
    lower: [
      [2.1659, 1.4412, 3.8269],
      [2.92, 1.5012, 3.9796],
      [3.4699, 1.4856, 3.164],
      [3.9673, 1.4777, 2.6315],
      [4.5509, 1.5338, 2.9545],
      [5.1399, 1.6036, 3.4445],
    ],
    upper: [
      [1.7339, 9.3202, -1.2745, -1.0368],
      [2.1945, 6.4695, -2.9198, -4.2377],
      [2.5893, 4.5168, -3.6529, -5.0074],
      [3.0387, 4.5452, -3.3666, -4.1921],
      [3.5049, 5.2098, -2.9158, -3.3468],
      [3.9489, 5.8933, -2.5359, -2.721],
    ],
  },
  ct: {
    critical: [
      [
        [-3.95877, -9.0531, -28.428, -134.155],
        [-3.41049, -4.3904, -9.036, -45.374],
        [-3.12705, -2.5856, -3.925, -22.38],
      ],
      [
        [-4.32762, -15.4387, -35.679, 0],
        [-3.78057, -9.5106, -12.074, 0],
        [-3.49631, -7.0815, -7.538, 21.892],
      ],
      [
        [-4.66305, -18.7688, -49.793, 104.244],
        [-4.1189, -11.8922, -19.031, 77.332],
        [-3.83511, -9.0723, -8.504, 35.403],
      ],
      [
        [-4.9694, -22.4694, -52.599, 51.314],
        [-4.42871, -14.5876, -18.228, 39.647],
        [-4.14633, -11.25, -9.873, 54.109],
      ],
      [
        [-5.25276, -26.2183, -59.631, 50.646],
        [-4.71537, -17.3569, -22.66, 91.359],
        [-4.43422, -13.6078, -10.238, 76.781],
      ],
      [
        [-5.51727, -29.976, -75.222, 202.253],
        [-4.98228, -20.305, -25.224, 132.03],
        [-4.70233, -16.1253, -9.836, 94.272],
      ],
    ],
    lowest: [-16.18, -21.15, -25.37, -26.63, -26.53, -26.18],
    meet: [-2.89, -3.19, -3.5, -3.65, -3.8, -4.36],
    highest: [0.7, 0.63, 0.71, 0.93, 1.19, 1.42],
    lower: [
      [3.2512, 1.6047, 4.9588],
      [3.6646, 1.5419, 3.6448],
      [4.0983, 1.5173, 2.9898],
      [4.5844, 1.5338, 2.8796],
      [5.0722, 1.5634, 2.9472],
      [5.53, 1.5914, 3.0392],
    ],
    upper: [
      [2.5261, 6.1654, -3.7956, -6.0285],
      [2.85, 5.272, -3.6622, -5.1695],
      [3.221, 5.255, -3.2685, -4.1501],
      [3.652, 5.9758, -2.7483, -3.2081],
      [4.0712, 6.6428, -2.3464, -2.546],
      [4.4735, 7.1757, -2.0681, -2.1196],
    ],
  },
  ctt: {
    critical: [
      [
        [-4.37113, -11.5882, -35.819, -334.047],
        [-3.83239, -5.9057, -12.49, -118.284],
        [-3.55326, -3.6596, -5.293, -63.559],
      ],
      [
        [-4.69276, -20.2284, -64.919, 88.884],
        [-4.15387, -13.3114, -28.402, 72.741],
        [-3.87346, -10.4637, -17.408, 66.313],
      ],
      [
        [-4.99071, -23.5873, -76.924, 184.782],
        [-4.45311, -15.7732, -32.316, 122.705],
        [-4.1728, -12.4909, -17.912, 83.285],
      ],
      [
        [-5.2678, -27.2836, -78.971, 137.871],
        [-4.73244, -18.4833, -31.875, 111.817],
        [-4.45268, -14.7199, -17.969, 101.92],
      ],
      [
        [-5.52826, -30.9051, -92.49, 248.096],
        [-4.99491, -21.236, -37.685, 194.208],
        [-4.71587, -17.082, -18.631, 136.672],
      ],
      [
        [-5.77379, -34.701, -105.937, 393.991],
        [-5.24217, -24.2177, -39.153, 232.528],
        [-4.96397, -19.6064, -18.858, 174.919],
      ],
    ],
    lowest: [-17.17, -21.1, -24.33, -24.03, -24.33, -28.22],
    meet: [-3.21, -3.51, -3.81, -3.83, -4.12, -4.63],
    highest: [0.54, 0.79, 1.08, 1.43, 3.49, 1.92],
    lower: [
      [4.0003, 1.658, 4.8288],
      [4.3534, 1.6016, 3.7947],
      [4.7343, 1.5768, 3.2396],
      [5.214, 1.6077, 3.3449],
      [5.6481, 1.6274, 3.3455],
      [5.9296, 1.5929, 2.8223],
    ],
    upper: [
      [3.0778, 4.9529, -4.1477, -5.9359],
      [3.4713, 5.967, -3.2507, -4.2286],
      [3.8637, 6.7852, -2.6286, -3.1381],
      [4.2736, 7.6199, -2.1534, -2.4026],
      [4.6679, 8.2618, -1.822, -1.9147],
      [5.0009, 8.3735, -1.6994, -1.6928],
    ],
  },
};

/**
 * Values that the statistic is below with 1, 5 and 10 % where there is a unit root, or no cointegration.
 * @param series 1 for a single series, else the series of the cointegrating regression; to 6, and 1 where `terms` is n.
 * @param observations of the regression that gave the statistic; Infinity for the limit.
 */
export function criticalValues(terms: Terms, series: number, observations: number): CriticalValues {
  const rows = TABLES[terms].critical[indexOf(terms, series)] as Tables['critical'][number];
  const [onePercent, fivePercent, tenPercent] = rows.map(
    ([limit, first, second, third]) =>
      limit + first / observations + second / observations ** 2 + third / observations ** 3,
  ) as [number, number, number];
  return { onePercent, fivePercent, tenPercent };
}

/** Probability of a statistic so low or lower where there is a unit root, or no cointegration; asymptotic, 0 to 1. */
export function pValue(statistic: number, terms: Terms, series: number): number {
  const at = indexOf(terms, series);
  const { lowest, meet, highest, lower, upper } = TABLES[terms];
  if (statistic > (highest[at] as number)) return 1;
  if (statistic < (lowest[at] as number)) return 0;
  if (statistic <= (meet[at] as number)) {
    const [a, b, c] = lower[at] as Tables['lower'][number];
    return normalCdf(a + statistic * (b + (statistic * c) / 100));
  }
  const [a, b, c, d] = upper[at] as Tables['upper'][number];
  return normalCdf(a + statistic * (b / 10 + statistic * (c / 10 + (statistic * d) / 100)));
}

function indexOf(terms: Terms, series: number): number {
  const most = TABLES[terms].critical.length;
  assert(
    Number.isInteger(series) && series >= 1 && series <= most,
    `no table of ${series} series for the terms ${terms}: 1 to ${most}`,
  );
  return series - 1;
}
