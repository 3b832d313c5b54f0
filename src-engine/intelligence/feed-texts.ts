/**
 * Texts of an RSS 2.0, RSS 1.0 or Atom feed, within bounds of depth, items and characters. A feed that declares a document type is not read: there are no entities but those of XML
 * and the named characters of HTML, and nothing is fetched. What a text says is data: markup and control characters are left out.
 */
import sax from 'sax';
import type { IntelligenceCode } from '../contract/intelligence-operations.ts';

const MAX_DEPTH = 32;
const MAX_ITEMS = 100;
/** Characters of a field before its markup is left out, and after. */
const MAX_RAW = 4_000;
const MAX_TITLE = 200;
const MAX_SUMMARY = 400;

export type FeedText = {
  readonly title: string;
  readonly summary: string;
  /** In ms; null: the feed does not say. */
  readonly publishedMs: number | null;
};

/** Why a feed, or an answer, is not used. */
export class RoundFault extends Error {
  readonly code: IntelligenceCode;

  constructor(code: IntelligenceCode) {
    super(code);
    this.code = code;
  }
}

const ROOTS: ReadonlySet<string> = new Set(['rss', 'feed', 'rdf:RDF']);
const ITEMS: ReadonlySet<string> = new Set(['item', 'entry']);
/** Of an item's own elements, which field each is; the first one counts. */
const FIELDS: ReadonlyMap<string, 'title' | 'summary' | 'published'> = new Map([
  ['title', 'title'],
  ['description', 'summary'],
  ['summary', 'summary'],
  ['content', 'summary'],
  ['pubDate', 'published'],
  ['published', 'published'],
  ['updated', 'published'],
  ['dc:date', 'published'],
]);

type Raw = { title?: string; summary?: string; published?: string };

/** @param bytes of the answer. @throws RoundFault */
export function feedTexts(bytes: Uint8Array): FeedText[] {
  const items: Raw[] = [];
  const parser = sax.parser(true);
  let depth = 0;
  let hasRoot = false;
  let item: Raw | undefined;
  let itemDepth = 0;
  let field: keyof Raw | undefined;
  parser.ondoctype = () => {
    throw new RoundFault('feed-doctype');
  };
  parser.onerror = () => {
    throw new RoundFault('feed-unreadable');
  };
  parser.onopentag = ({ name }) => {
    depth++;
    if (depth > MAX_DEPTH) throw new RoundFault('feed-too-deep');
    if (depth === 1 && !ROOTS.has(name)) throw new RoundFault('feed-unreadable');
    hasRoot = true;
    if (item === undefined) {
      if (depth <= 3 && ITEMS.has(name) && items.length < MAX_ITEMS) [item, itemDepth] = [{}, depth];
      return;
    }
    if (depth !== itemDepth + 1) return;
    const found = FIELDS.get(name);
    if (found === undefined || item[found] !== undefined) return;
    field = found;
    item[found] = '';
  };
  const take = (text: string): void => {
    if (item === undefined || field === undefined) return;
    const now = item[field] ?? '';
    if (now.length < MAX_RAW) item[field] = now + text.slice(0, MAX_RAW - now.length);
  };
  parser.ontext = take;
  parser.oncdata = take;
  parser.onclosetag = () => {
    if (item !== undefined && depth === itemDepth) {
      items.push(item);
      item = undefined;
    }
    if (depth === itemDepth + 1) field = undefined;
    depth--;
  };
  try {
    parser.write(decoded(bytes)).close();
  } catch (error) {
    throw error instanceof RoundFault ? error : new RoundFault('feed-unreadable');
  }
  if (!hasRoot) throw new RoundFault('feed-unreadable');
  return items.map(({ title = '', summary = '', published = '' }) => {
    const ms = Date.parse(published.trim());
    return {
      title: plain(title, MAX_TITLE),
      summary: plain(summary, MAX_SUMMARY),
      publishedMs: Number.isNaN(ms) ? null : ms,
    };
  });
}

/** As the feed says at its beginning, else UTF-8. */
function decoded(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const label = /^[^>]{0,150}\bencoding=["']([\w-]{1,30})["']/.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    throw new RoundFault('feed-unreadable');
  }
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** Without markup, entities of HTML, and what is not shown; of so many characters at most. */
function plain(raw: string, most: number): string {
  const text = raw
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(
      /&(?:#(?:x([\da-f]{1,6})|(\d{1,7}))|(\w{2,5}));/gi,
      (whole, hex: string | undefined, digits: string | undefined, name: string | undefined) => {
        if (name !== undefined) return NAMED.get(name) ?? whole;
        const point = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
        return point <= 0x10_ff_ff ? String.fromCodePoint(point) : ' ';
      },
    )
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  // No half of a character at the end.
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
