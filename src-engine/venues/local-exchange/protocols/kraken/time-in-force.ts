import { INVALID_ARGUMENTS, VenueError } from './venue-error.ts';

/** Good till canceled, or immediate or cancel: what of Kraken's the exchange knows. @throws VenueError for any other. */
export function timeInForce(text: string | undefined): string | undefined {
  if (text === undefined || /^(gtc|ioc)$/i.test(text)) return text;
  throw new VenueError(`${INVALID_ARGUMENTS}:timeinforce`);
}
