/** Versions by semver.org 2.0.0 §11, without build metadata. */

export const VERSION_FORM =
  /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}(?:-[\da-z-]{1,20}(?:\.[\da-z-]{1,20}){0,5})?$/i;

/** Below 0: `a` is older. Both must fit VERSION_FORM. A version with a part behind a hyphen comes before the one without. */
export function compareVersions(a: string, b: string): number {
  const [[numbers, early], [otherNumbers, otherEarly]] = [partsOf(a), partsOf(b)];
  for (const [at, number] of numbers.entries()) {
    const difference = number - (otherNumbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (early.length === 0 || otherEarly.length === 0) return otherEarly.length - early.length;
  for (const [at, part] of early.entries()) {
    const other = otherEarly[at];
    if (other === undefined) return 1;
    const difference = compareParts(part, other);
    if (difference !== 0) return difference;
  }
  return early.length - otherEarly.length;
}

function partsOf(version: string): [numbers: number[], early: string[]] {
  const at = version.indexOf('-');
  const core = at === -1 ? version : version.slice(0, at);
  return [core.split('.').map(Number), at === -1 ? [] : version.slice(at + 1).split('.')];
}

/** Numbers by value and before words, words by their characters. */
function compareParts(a: string, b: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOther) return Number(a) - Number(b);
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
