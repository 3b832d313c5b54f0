/** Where a class of ccxt is reached: `ccxt://poloniex`, or `ccxt://kraken/http%3A%2F%2F127.0.0.1%3A4780` for another place. */

export const CCXT_SCHEME = 'ccxt:';

export type CcxtAddress = {
  readonly id: string;
  /** Takes the place of the origin of the class's own addresses; undefined: they stay. */
  readonly origin: string | undefined;
  /** The call behind it: `markets`; empty for a connection. */
  readonly call: string;
  /** A connection to an account. */
  readonly isAccount: boolean;
};

export function ccxtAddress(id: string, origin: string | undefined): string {
  return `${CCXT_SCHEME}//${id}/${origin === undefined ? '' : encodeURIComponent(origin)}`;
}

/** What stands in the place of a call for a process that holds an account. */
const ACCOUNT = 'account';

/** A connection to an account: each has a process of its own, which serves nothing else. */
export function ccxtAccountAddress(id: string, origin: string | undefined): string {
  return `${ccxtAddress(id, origin)}/${ACCOUNT}`;
}

export function readCcxtAddress(url: string): CcxtAddress {
  const [id = '', origin = '', call = ''] = url.slice(CCXT_SCHEME.length + 2).split('/');
  return {
    id,
    origin: origin === '' ? undefined : decodeURIComponent(origin),
    call,
    isAccount: call === ACCOUNT,
  };
}
