/**
 * A refusal in Kraken's own words (`EOrder:Insufficient funds`): what the REST API lists under `error` and
 * WebSocket v2 puts in `error`. See Kraken's API center, "API error messages".
 */
export class VenueError extends Error {
  constructor(code: string) {
    super(code);
    this.name = 'VenueError';
  }
}

export const INVALID_ARGUMENTS = 'EGeneral:Invalid arguments';
export const INSUFFICIENT_FUNDS = 'EOrder:Insufficient funds';
export const ORDER_MINIMUM = 'EOrder:Order minimum not met';
export const COST_MINIMUM = 'EOrder:Cost minimum not met';
export const UNKNOWN_ORDER = 'EOrder:Unknown order';
export const UNKNOWN_PAIR = 'EQuery:Unknown asset pair';
export const UNAVAILABLE = 'EService:Unavailable';
