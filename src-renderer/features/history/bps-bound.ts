import { plainFigure } from '../../lib/decimal-text.ts';

/** A bound in bps as it is typed; empty: none. */
export function bpsBound(
  typed: string,
): { readonly ok: true; readonly bps: number | null } | { readonly ok: false; readonly error: string } {
  const text = plainFigure(typed.trim());
  if (text === '') return { ok: true, bps: null };
  if (!/^[+-]?\d{1,5}(\.\d{1,6})?$/.test(text))
    return { ok: false, error: 'Write digits such as 5 or -2.5.' };
  return { ok: true, bps: Number(text) };
}
