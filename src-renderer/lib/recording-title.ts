/** A recording as people call it: files of the house's recorder are named by venue, time of the start, and number. */
import { venueTitle } from '../../src-engine/domain/venue-titles.ts';

const RECORDED =
  /^([a-z][a-z0-9:-]*)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-(\d{4})\.market-log\.jsonl(?:\.gz)?(?:\.part)?$/;
/** Between the recordings of one run. */
const JOINED = ' + ';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * `Simulated Kraken, 30 Nov 2026 20:52:27 UTC, part 2`; of several, as a run over them is named, their venues and what they have in common:
 * `Simulated Kraken + Simulated Binance, 30 Nov 2026 20:52:27 UTC, parts 1 and 2`. Any other name is its own title.
 */
export function recordingTitle(name: string): string {
  const files = name.split(JOINED).map(fileOf);
  const known = files.filter((file) => file !== undefined);
  if (known.length < files.length) return name;
  const starts = [...new Set(known.map(({ at }) => at))];
  if (starts.length > 1) return known.map(titleOf).join(JOINED);
  const venues = [...new Set(known.map(({ venue }) => venue))];
  const parts = [...new Set(known.map(({ part }) => part))].toSorted((a, b) => a - b);
  return `${venues.join(JOINED)}, ${starts[0] ?? ''}${partsText(parts)}`;
}

/** The venue of a file of the house's recorder, as files name it; undefined of any other. */
export function recordedVenue(name: string): string | undefined {
  return RECORDED.exec(name)?.[1];
}

type NamedFile = { readonly venue: string; readonly at: string; readonly part: number };

function fileOf(name: string): NamedFile | undefined {
  const [, venue = '', year = '', month = '', day = '', hour = '', minute = '', second = '', part = ''] =
    RECORDED.exec(name) ?? [];
  const monthName = MONTHS[Number(month) - 1];
  if (monthName === undefined) return undefined;
  const at = `${Number(day)} ${monthName} ${year} ${hour}:${minute}:${second} UTC`;
  return { venue: venueTitle(venue), at, part: Number(part) };
}

const titleOf = ({ venue, at, part }: NamedFile): string => `${venue}, ${at}${partsText([part])}`;

function partsText(parts: readonly number[]): string {
  if (parts.length > 1) return `, parts ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return (parts[0] ?? 1) > 1 ? `, part ${parts[0]}` : '';
}
