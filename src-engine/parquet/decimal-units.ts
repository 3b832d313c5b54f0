/** Exact decimals as Parquet has them: whole numbers of 10^-18 in 16 bytes, DECIMAL(38, 18), which pandas, Polars, DuckDB and Spark read. */

export const PRECISION = 38;
export const SCALE = 18;
export const DECIMAL_BYTES = 16;

const LIMIT = 10n ** BigInt(PRECISION);
const HALF = 64n;

/** Whole numbers of 10^-18; undefined where the text has more digits behind its point, or 20 before it are too few. */
export function unitsOf(text: string): bigint | undefined {
  const [whole = '', part = ''] = text.split('.');
  const digits = part.replace(/0+$/, '');
  if (digits.length > SCALE) return undefined;
  const units = BigInt(whole + digits.padEnd(SCALE, '0'));
  return units < LIMIT && units > -LIMIT ? units : undefined;
}

/** Plain digits without zeros at the end. @param scale digits behind the point. */
export function textOf(units: bigint, scale: number = SCALE): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const part = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  return sign + (scale === 0 || part === '' ? whole : `${whole}.${part}`);
}

/** Big-endian two's complement. */
export function bytesOf(units: bigint): Uint8Array {
  const bytes = new Uint8Array(DECIMAL_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, units >> HALF);
  view.setBigUint64(8, BigInt.asUintN(64, units));
  return bytes;
}

/** Of any length from one byte on. */
export function unitsIn(bytes: Uint8Array): bigint {
  let units = 0n;
  for (const byte of bytes) units = (units << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, units);
}
