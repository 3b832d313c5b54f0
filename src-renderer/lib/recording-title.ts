/** A recording as people call it: files of the house's recorder are named by venue, time of the start, and number. */
import { venueTitle } from '../../src-engine/domain/venue-titles.ts';

const RECORDED =
  /^([a-z][a-z0-9:-]*)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-(\d{4})\.market-log\.jsonl(?:\.gz)?(?:\.part)?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Simulated Kraken, 30 Nov 2026 20:52:27 UTC, part 2`; any other name is its own title. */
export function recordingTitle(name: string): string {
  const [, venue = '', year = '', month = '', day = '', hour = '', minute = '', second = '', part = ''] =
    RECORDED.exec(name) ?? [];
  const monthName = MONTHS[Number(month) - 1];
  if (monthName === undefined) return name;
  const file = Number(part) > 1 ? `, part ${Number(part)}` : '';
  return `${venueTitle(venue)}, ${Number(day)} ${monthName} ${year} ${hour}:${minute}:${second} UTC${file}`;
}
