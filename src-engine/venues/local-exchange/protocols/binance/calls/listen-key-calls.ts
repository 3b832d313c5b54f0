/** Keys of user data streams (Binance.US API, "User Data Streams"): they take the API key, and no signature. */
import { required } from '../params.ts';
import type { SignedCall } from './call.ts';

const PATH = '/api/v3/userDataStream';
const COMMON = { weight: 1, security: 'USER_STREAM' } as const;

export const LISTEN_KEY_CALLS: readonly SignedCall[] = [
  {
    ...COMMON,
    rest: `POST ${PATH}`,
    socket: 'userDataStream.start',
    params: [],
    run: ({ exchange, account }) => ({ listenKey: exchange.listenKeys.open(account) }),
  },
  {
    ...COMMON,
    rest: `PUT ${PATH}`,
    socket: 'userDataStream.ping',
    params: ['listenKey'],
    run({ exchange, account, params }) {
      exchange.listenKeys.keep(account, required(params, 'listenKey'));
      return {};
    },
  },
  {
    ...COMMON,
    rest: `DELETE ${PATH}`,
    socket: 'userDataStream.stop',
    params: ['listenKey'],
    run({ exchange, account, params }) {
      exchange.listenKeys.close(account, required(params, 'listenKey'));
      return {};
    },
  },
];
