/** Addresses of local exchanges that run already: one alone, or one for each venue that they stand for. */
import { UserError } from '../domain/errors.ts';
import { serverUrl } from '../lib/server-address.ts';
import { ADAPTERS, DEFAULT_VENUE, protocolOf } from '../venues/registry.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';

/** `ID=URL`; the one colon of an id is that of `ccxt:`, so an address alone is recognised. */
const NAMED = /^((?:ccxt:)?[a-z0-9-]+)=(.+)$/;

/**
 * The exchange that stands for a venue; undefined: none does.
 * @param text `URL` for the default venue, or `ID=URL,ID=URL`.
 * @throws UserError for a venue that is not known, or named twice.
 */
export function attachedExchange(
  text: string | undefined,
  { id }: Pick<VenueAdapter, 'id'>,
): string | undefined {
  return text === undefined ? undefined : attachedExchanges(text).get(id);
}

function attachedExchanges(text: string): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, venue = DEFAULT_VENUE.id, url = part] = NAMED.exec(part.trim()) ?? [];
    const adapter = protocolOf(venue);
    if (adapter?.id !== venue) throw refusal(part, 'names an unknown venue');
    if (urls.has(venue)) throw refusal(part, `is the second address for ${venue}`);
    if (serverUrl(url.trim(), ['http:', 'https:']) === undefined)
      throw refusal(part, 'is not an address of a local exchange');
    urls.set(venue, url.trim());
  }
  return urls;
}

function refusal(value: string, message: string): UserError {
  const remedy = `Give one address, or one for each venue: ${ADAPTERS.map(({ id }) => `${id}=http://127.0.0.1:PORT`).join(',')}.`;
  return new UserError({ code: 'bad-exchange', field: '--exchange', value, message, remedy });
}
