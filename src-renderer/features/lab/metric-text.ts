/** Figures of a run as text. A figure that is none says why in its tooltip, never "NaN". */
import { ABSENT, formatAmount, formatSigned, withPoint } from '../../lib/decimal-text.ts';
import { formatBps, formatCount } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import type { MetricWord } from './metric-words.ts';

/** As figures come: exact text, a float, or none. */
export type MetricValue = string | number | null | undefined;

export function metricText({ format }: Pick<MetricWord, 'format'>, value: MetricValue): string {
  if (value === null || value === undefined) return ABSENT;
  if (typeof value === 'string') {
    return format === 'amount' ? formatAmount(value, MONEY_PLACES) : formatSigned(value, MONEY_PLACES);
  }
  if (!Number.isFinite(value)) return ABSENT;
  switch (format) {
    case 'home':
      return formatSigned(value.toFixed(MONEY_PLACES), MONEY_PLACES);
    case 'percent':
      return `${signedFixed(value * 100, percentPlaces(value * 100))} %`;
    case 'ratio':
      return Math.abs(value) >= 1_000 ? formatCount(value) : withPoint(value.toFixed(2));
    case 'count':
      return formatCount(value);
    case 'bps':
      return `${formatBps(value)} bps`;
    case 'duration':
      return formatDuration(value);
    case 'amount':
      return formatAmount(value.toFixed(MONEY_PLACES), MONEY_PLACES);
    case 'share':
      return `${withPoint((value * 100).toFixed(percentPlaces(value * 100)))} %`;
  }
}

const MONEY_PLACES = 4;

/** Edges are small: a return of a hundredth of a per cent must not read as nothing. */
function percentPlaces(percent: number): number {
  const size = Math.abs(percent);
  return size === 0 || size >= 1 ? 2 : size >= 0.01 ? 3 : 5;
}

function signedFixed(value: number, places: number): string {
  return formatBps(value, places);
}

/** How two figures differ, b less a, in the figure's own format; ABSENT where one of them is none. */
export function metricDifference(word: MetricWord, a: MetricValue, b: MetricValue): string {
  const [from, to] = [numberOf(a), numberOf(b)];
  if (from === null || to === null) return ABSENT;
  const change = to - from;
  if (word.format === 'duration')
    return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${formatDuration(Math.abs(change))}`;
  if (word.format === 'count')
    return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${formatCount(Math.abs(change))}`;
  if (word.format === 'ratio') return formatBps(change);
  if (word.format === 'share') return metricText({ format: 'percent' }, change);
  if (word.format === 'amount') return metricText({ format: 'home' }, change);
  return metricText(word, change);
}

/** 1 where b is better than a, −1 where it is worse, 0 where neither can be said. */
export function betterOf({ better }: Pick<MetricWord, 'better'>, a: MetricValue, b: MetricValue): -1 | 0 | 1 {
  const [from, to] = [numberOf(a), numberOf(b)];
  if (better === null || from === null || to === null || from === to) return 0;
  return to > from === (better === 'more') ? 1 : -1;
}

function numberOf(value: MetricValue): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
