import { decimalText } from '../../../src-engine/domain/value-schemas.ts';
import { decimal } from '../../../src-engine/domain/decimal.ts';

const SMALLEST = decimal('100');
const LARGEST = decimal('1000000000');

/** What is wrong with a starting capital as typed, in one line; null when nothing is. */
export function checkCapital(text: string): string | null {
  const parsed = decimalText.safeParse(text);
  if (!parsed.success) return 'Write plain digits such as 25000 or 25000.50.';
  const value = decimal(parsed.data);
  if (value.lt(SMALLEST)) return 'At least 100: below that, the venue’s minimums allow no cycle.';
  if (value.gt(LARGEST)) return 'At most 1000000000.';
  return null;
}
