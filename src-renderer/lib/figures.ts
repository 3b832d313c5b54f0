/** Estimates (floating point by nature: edges, spreads, rates) as text. */
import { ABSENT, groupThousands, signOf, withPoint } from './decimal-text.ts';

/** Basis points with their sign: 3.417 → "+3.42", −0.001 → "0.00". ABSENT for what is not a finite number. */
export function formatBps(bps: number, places = 2): string {
  if (!Number.isFinite(bps)) return ABSENT;
  const text = Math.abs(bps).toFixed(places);
  if (!/[1-9]/.test(text)) return withPoint(text);
  return withPoint(bps < 0 ? `-${text}` : `+${text}`);
}

/** −1, 0 or 1 as the figure reads: what is shown as "0.00" is neither gain nor loss. */
export function bpsSign(bps: number): -1 | 0 | 1 {
  return signOf(formatBps(bps).replace('+', ''));
}

/** Distance between the best prices in bps of the mid price; null when a side is empty. */
export function spreadBps(bid: number, ask: number): number | null {
  if (bid <= 0 || ask <= 0) return null;
  return ((ask - bid) / (ask + bid)) * 20_000;
}

/** A spread without a sign: it has none unless the book is crossed. */
export function formatSpread(bps: number | null): string {
  if (bps === null || !Number.isFinite(bps)) return ABSENT;
  return withPoint(bps >= 1_000 ? bps.toFixed(0) : bps.toFixed(bps >= 100 ? 1 : 2));
}

/** A whole count with grouped thousands. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? groupThousands(String(Math.round(count))) : ABSENT;
}

/** A figure with so many digits behind the point; ABSENT for what is none. */
export function fixedText(value: number, places: number): string {
  return Number.isFinite(value) ? groupThousands(value.toFixed(places)) : ABSENT;
}

/** The size of a file: `12.0 MB`, `950 kB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_500) return `${fixedText(bytes / 1_000, 0)} kB`;
  return bytes < 999_950_000
    ? `${fixedText(bytes / 1_000_000, 1)} MB`
    : `${fixedText(bytes / 1_000_000_000, 2)} GB`;
}
