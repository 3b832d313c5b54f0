/**
 * `node scripts/package/make-icons.ts`: draws `src-renderer/icon.svg` in every size and form that a system wants, into `resources/icons`. It
 * reads of SVG what that drawing uses: one rectangle with round corners, and lines with round ends.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DRAWING = join(ROOT, 'src-renderer', 'icon.svg');

type Colour = readonly [red: number, green: number, blue: number];
type Point = readonly [x: number, y: number];
type Shape = {
  readonly colour: Colour;
  /** How far a point lies outside; below 0: inside. In units of the drawing. */
  readonly outside: (x: number, y: number) => number;
};
export type Drawing = { readonly side: number; readonly shapes: readonly Shape[] };

/** @throws Error for anything that the drawing does not use. */
export function readDrawing(svg: string): Drawing {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  if (!(side > 0)) throw new Error('the drawing is not a square from 0 0');
  const shapes = [...svg.matchAll(/<(rect|path)([^>]*)\/>/g)].map(([, tag, text = '']) => {
    const named = Object.fromEntries(
      [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    return tag === 'rect' ? rectangle(named) : line(named);
  });
  return { side, shapes };
}

type Named = Readonly<Record<string, string>>;

function rectangle({ width, height, rx = '0', fill = '' }: Named): Shape {
  const [w, h, r] = [Number(width) / 2, Number(height) / 2, Number(rx)];
  return {
    colour: colourOf(fill),
    outside(x, y) {
      const [dx, dy] = [Math.abs(x - w) - w + r, Math.abs(y - h) - h + r];
      return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
    },
  };
}

function line({ d = '', stroke = '', 'stroke-width': width }: Named): Shape {
  const points = pointsOf(d);
  const half = Number(width) / 2;
  return {
    colour: colourOf(stroke),
    outside(x, y) {
      let nearest = Number.POSITIVE_INFINITY;
      for (let at = 1; at < points.length; at++)
        nearest = Math.min(nearest, distance([x, y], points[at - 1] as Point, points[at] as Point));
      return nearest - half;
    },
  };
}

/** M, then pairs of numbers, `l` or `h` from the last point. */
function pointsOf(path: string): Point[] {
  const points: Point[] = [];
  let [x, y] = [0, 0];
  for (const [, command = '', text = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const numbers = text
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (!'Mlh'.includes(command) || numbers.some(Number.isNaN))
      throw new Error(`the path has ${command}${text}`);
    const width = command === 'h' ? 1 : 2;
    for (let at = 0; at < numbers.length; at += width) {
      const [dx = 0, dy = 0] = numbers.slice(at, at + width);
      // Pairs behind an M are places too.
      [x, y] = command === 'M' ? [dx, dy] : [x + dx, y + (command === 'h' ? 0 : dy)];
      points.push([x, y]);
    }
  }
  return points;
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const part = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}

function colourOf(text: string): Colour {
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text);
  if (found === null) throw new Error(`${text} is no colour of the form #rrggbb`);
  return [1, 2, 3].map((at) => Number.parseInt(found[at] ?? '', 16)) as unknown as Colour;
}

/** RGBA. @param size pixels a side. @param margin share of the side that stays empty around the drawing. */
export function pixels({ side, shapes }: Drawing, size: number, margin = 0): Buffer {
  const scale = side / (size * (1 - 2 * margin));
  const rgba = Buffer.alloc(size * size * 4);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5 - size * margin) * scale, (row + 0.5 - size * margin) * scale];
      const mixed = [0, 0, 0, 0];
      for (const { colour, outside } of shapes) {
        // One pixel wide: as much of it as the edge leaves inside.
        const cover = Math.min(1, Math.max(0, 0.5 - outside(x, y) / scale));
        for (let at = 0; at < 3; at++) mixed[at] = (mixed[at] ?? 0) * (1 - cover) + (colour[at] ?? 0) * cover;
        mixed[3] = (mixed[3] ?? 0) * (1 - cover) + cover;
      }
      const alpha = mixed[3] ?? 0;
      const to = (row * size + column) * 4;
      for (let at = 0; at < 3; at++) rgba[to + at] = alpha === 0 ? 0 : Math.round((mixed[at] ?? 0) / alpha);
      rgba[to + 3] = Math.round(alpha * 255);
    }
  }
  return rgba;
}

/** https://www.w3.org/TR/png-3/: eight bits a channel, rows without a filter. */
export function png(rgba: Buffer, size: number): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++)
    rgba.copy(rows, row * (size * 4 + 1) + 1, row * size * 4, (row + 1) * size * 4);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Windows’ form: a list of pictures, each a PNG. */
function ico(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.size);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.size, 4);
  let at = head.length;
  [...pictures].forEach(([size, picture], n) => {
    const entry = 6 + 16 * n;
    // 0 is 256.
    head.set([size % 256, size % 256], entry);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(picture.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += picture.length;
  });
  return Buffer.concat([head, ...pictures.values()]);
}

/** Apple’s form: a name of four letters for each size, plain and at twice the density. */
function icns(picture: (size: number) => Buffer): Buffer {
  const sizes = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1_024 };
  const parts = Object.entries(sizes).map(([name, size]) => {
    const data = picture(size);
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...parts]);
}

/** Linux takes a folder of them, in the sizes of the hicolor theme. */
export const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Apple’s own icons leave a tenth empty on each side. */
const APPLE_MARGIN = 0.1;

export function iconFiles(svg: string): Map<string, Buffer> {
  const drawing = readDrawing(svg);
  const picture = (size: number, margin = 0): Buffer => png(pixels(drawing, size, margin), size);
  return new Map([
    ...LINUX_SIZES.map((size) => [`linux/${size}x${size}.png`, picture(size)] as const),
    ['icon.ico', ico(new Map(WINDOWS_SIZES.map((size) => [size, picture(size)])))],
    ['icon.icns', icns((size) => picture(size, APPLE_MARGIN))],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, bytes] of iconFiles(readFileSync(DRAWING, 'utf8'))) {
    const path = join(ROOT, 'resources', 'icons', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}
