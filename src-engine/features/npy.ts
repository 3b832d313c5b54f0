/**
 * NumPy's file format, version 1.0 (numpy/lib/format.py): magic, length of the header, a Python dictionary as text padded so that the data begin
 * at a multiple of 64, then little-endian numbers, rows first. And .npz: a zip of such members, stored without compression.
 */
import { crc32 } from 'node:zlib';

const TYPES = { '<f8': 8, '<f4': 4, '<i8': 8 } as const;
export type NpyType = keyof typeof TYPES;

/** @param shape whole numbers whose product is the number of values. @throws RangeError when it is not. */
export function npyBytes(
  type: NpyType,
  shape: readonly number[],
  values: ArrayLike<number> | ArrayLike<bigint>,
): Uint8Array<ArrayBuffer> {
  const size = shape.reduce((product, side) => product * side, 1);
  if (size !== values.length)
    throw new RangeError(`${values.length} values do not fill the shape ${shape.join(' × ')}`);
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const head = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const padding = 64 - ((10 + head.length + 1) % 64);
  const header = `${head}${' '.repeat(padding === 64 ? 0 : padding)}\n`;
  const bytes = new Uint8Array(10 + header.length + size * TYPES[type]);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  let at = 10 + header.length;
  for (let index = 0; index < size; index++, at += TYPES[type]) {
    const value = values[index] as number | bigint;
    if (type === '<i8') view.setBigInt64(at, BigInt(value), true);
    else if (type === '<f4') view.setFloat32(at, Number(value), true);
    else view.setFloat64(at, Number(value), true);
  }
  return bytes;
}

/** A zip of the members, stored, dated 1980-01-01 so that the same members give the same bytes. @throws RangeError beyond the 4 GB of a plain zip. */
export function npzBytes(members: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const files = Object.entries(members).map(([name, data]) => ({
    name: encoder.encode(`${name}.npy`),
    data,
    crc: crc32(data),
  }));
  const sum = (each: (file: (typeof files)[number]) => number): number =>
    files.reduce((total, file) => total + each(file), 0);
  const localBytes = sum(({ name, data }) => 30 + name.length + data.length);
  const centralBytes = sum(({ name }) => 46 + name.length);
  if (localBytes + centralBytes >= 0xffff_ffff)
    throw new RangeError('members of more than 4 GB do not fit a plain zip');
  const bytes = new Uint8Array(localBytes + centralBytes + 22);
  const view = new DataView(bytes.buffer);
  let at = 0;
  let central = localBytes;
  for (const { name, data, crc } of files) {
    const common = (from: number): void => {
      view.setUint16(from, 20, true);
      // Flags, method (stored) and time are 0; 0x21 is the first day of 1980.
      view.setUint16(from + 8, 0x21, true);
      view.setUint32(from + 10, crc, true);
      view.setUint32(from + 14, data.length, true);
      view.setUint32(from + 18, data.length, true);
      view.setUint16(from + 22, name.length, true);
    };
    view.setUint32(at, 0x0403_4b50, true);
    common(at + 4);
    bytes.set(name, at + 30);
    bytes.set(data, at + 30 + name.length);
    view.setUint32(central, 0x0201_4b50, true);
    view.setUint16(central + 4, 20, true);
    common(central + 6);
    view.setUint32(central + 42, at, true);
    bytes.set(name, central + 46);
    at += 30 + name.length + data.length;
    central += 46 + name.length;
  }
  view.setUint32(central, 0x0605_4b50, true);
  view.setUint16(central + 8, files.length, true);
  view.setUint16(central + 10, files.length, true);
  view.setUint32(central + 12, centralBytes, true);
  view.setUint32(central + 16, localBytes, true);
  return bytes;
}
