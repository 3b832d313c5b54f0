/** One exchange of the world: its market and crowd, our account there, its clock, and the network between it and the engine. */
import type { VenueName } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { SeededRandom } from '../lib/random.ts';
import type { Account } from '../venues/local-exchange/core/accounts/accounts.ts';
import type { ExchangeCore } from '../venues/local-exchange/core/exchange-core.ts';
import { CommonMarket } from '../venues/local-exchange/core/flow/common-market.ts';
import { OrderFlow } from '../venues/local-exchange/core/flow/order-flow.ts';
import type { FaceName } from '../venues/local-exchange/face-names.ts';
import { localName, venueAdapter } from '../venues/registry.ts';
import type { Credential } from '../venues/venue-account.ts';
import type { VenueAdapter, VenueUrls } from '../venues/venue-adapter.ts';
import { FACE_KITS, type FaceKit, type OpenedFace } from './face-kit.ts';
import { OtherProgram } from './other-program.ts';
import { SimulatedNetwork } from './simulated-network.ts';

const UPDATES_PER_SECOND = 40;
export const ACCOUNT = 'trader';
const SECRET = Buffer.from('a secret of the simulation').toString('base64');
/** How much later each exchange of a common market sees what assets are worth than the one before, and how far it strays. */
const LAG_US = 120_000;
const NOISE_BPS = 2;
/** Random numbers of an exchange are drawn apart from those of the others; the first one's as in a world of one. */
const STREAMS_APART = 100_000;
/** Of the accounts that may pay their fees in the venue's own coin so many do. */
const PAYS_IN_COIN = 0.3;

export type ExchangeParts = {
  readonly clock: Clock;
  readonly seed: number;
  readonly face: FaceName;
  /** Of the exchange in the world. */
  readonly at: number;
  /** It shares its market with others. */
  readonly isOneOfMany: boolean;
  /** Mean seconds between two opportunities of its market; as the exchange has them when left out. */
  readonly edgeSeconds?: number | undefined;
};

/** The exchange's own clock: off from the engine's by so much as `skewUs` says at the moment. */
function skewed(clock: Clock, skewUs: () => number): Clock {
  return {
    nowUs: () => clock.nowUs() + skewUs(),
    schedule: (atUs, callback) => clock.schedule(atUs - skewUs(), callback),
  };
}

export class SimulatedExchange {
  readonly face: FaceName;
  readonly kit: FaceKit;
  readonly adapter: VenueAdapter;
  /** The name under which the engine trades it. */
  readonly venue: VenueName;
  readonly urls: VenueUrls;
  readonly host: string;
  readonly core: ExchangeCore;
  readonly network: SimulatedNetwork;
  readonly credential: Credential;
  readonly capital: Readonly<Record<string, string>>;
  readonly account: Account;
  /** Trades in our account too. */
  readonly otherProgram: OtherProgram;
  /** Exchange's clock minus the engine's. */
  skewUs: number;
  readonly #opened: OpenedFace;
  #scriptedBans = 0;

  constructor({ clock, seed, face, at, isOneOfMany, edgeSeconds }: ExchangeParts) {
    const stream = (number: number): SeededRandom => new SeededRandom(seed, number + at * STREAMS_APART);
    const random = stream(7);
    this.face = face;
    this.kit = FACE_KITS[face];
    this.adapter = venueAdapter(face, 'venues');
    this.venue = localName(this.adapter);
    this.host = this.venue;
    this.urls = this.adapter.localUrls(`http://${this.host}`);
    this.skewUs = random.next() < 0.3 ? Math.round((random.next() - 0.5) * 400_000) : 0;
    const { beside, feeCoin, home } = this.kit;
    const paysInCoin = isOneOfMany && feeCoin !== undefined && random.next() < PAYS_IN_COIN;
    this.capital = {
      ...this.kit.capital,
      ...(isOneOfMany ? beside.capital : {}),
      ...(paysInCoin ? { [feeCoin.asset]: feeCoin.amount } : {}),
    };
    this.credential = this.kit.credential ?? {
      key: at === 0 ? 'simulation-key' : `simulation-key-${at}`,
      secret: SECRET,
    };
    this.#opened = this.kit.open({
      account: { name: ACCOUNT, ...this.credential, balances: this.capital },
      clock: skewed(clock, () => this.skewUs),
      pairs: isOneOfMany ? [...this.kit.pairs, ...beside.pairs] : this.kit.pairs,
    });
    this.core = this.#opened.core;
    this.account = this.core.accounts.byKey(this.credential.key) as Account;
    this.account.paysNativeFees = paysInCoin;
    this.otherProgram = new OtherProgram(this.core, this.account);
    this.network = new SimulatedNetwork(clock, stream(8), this.#opened.face, this.kit);
    this.core.faults.onDropConnections = () => this.network.cutAll();
    const ownSeed = seed + at * STREAMS_APART;
    const fairs = isOneOfMany
      ? new CommonMarket({ seed, ownSeed, name: home, lagUs: at * LAG_US, noiseBps: NOISE_BPS })
      : undefined;
    const flow = { seed: ownSeed, updatesPerSecond: UPDATES_PER_SECOND, edgeSeconds, home, fairs };
    new OrderFlow(this.core, flow).start();
  }

  /** How often the venue locked a client out for passing its limits. */
  get breaches(): number {
    return this.#opened.bans() - this.#scriptedBans;
  }

  /** Rejects every client for so long, as in an outage: no client passed a limit. */
  ban(forUs: number): void {
    const before = this.#opened.bans();
    this.core.faults.ban(forUs);
    this.#scriptedBans += this.#opened.bans() - before;
  }

  /** The account has used up what the venue's limits allow. */
  useUpLimits(forUs: number): void {
    this.#opened.useUpLimits(ACCOUNT, forUs);
  }

  /** The exchange's ledger of our account, as exact text by asset. */
  ledger(): Map<string, string> {
    const { ledger } = this.account;
    return new Map(ledger.assets().map((asset) => [asset, ledger.balance(asset).toFixed()]));
  }

  get openOrders(): number {
    return this.account.openOrders.size;
  }
}
