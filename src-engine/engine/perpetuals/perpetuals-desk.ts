/**
 * The perpetuals that a session watches: the last reading of each, whether their venues still answer, and their recordings. It sees batches alone,
 * which are read elsewhere: on a thread of its own where they come from venues.
 */
import type { FundingVenue, FundingView } from '../../contract/funding-records.ts';
import { MAX_FUNDING_ROWS, MAX_UNREAD_ROWS } from '../../contract/funding-records.ts';
import type { BookStore } from '../../books/book-store.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type FundingPayment, pairOf, type UnreadRow } from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { Serial } from '../../lib/serial.ts';
import type { RecordingSummary } from '../../storage/market-log-writer.ts';
import type { PerpetualBatch } from '../../venues/toolkit/perpetual-feed.ts';
import { CarryDesk, type CarryDeskParts } from './carry-desk.ts';
import { fundingRow, knownPerpetual, type KnownPerpetual, SpotMarkets, STALE_US } from './funding-board.ts';
import { PerpetualRecorder } from './perpetual-recorder.ts';

/** What comes again and again with one time of the venue's is not read from its market any longer. */
const FROZEN_US: DurationUs = 120 * US_PER_SECOND;

/** A venue whose perpetuals can be watched. */
export type OfferedVenue = {
  /** Id of its adapter. */
  readonly venue: string;
  readonly title: string;
  readonly isSimulated: boolean;
  /** The session's own name of the venue's spot market; undefined: it is no part of the session. */
  readonly spotVenue: string | undefined;
  /** Its name in recordings. */
  readonly recordedAs: string;
};

/**
 * Reads the perpetuals of venues until it is ended.
 * @param wantedSince since when payments of a venue are wanted, by symbol: asked each time that its reading begins.
 */
export type OpenPerpetuals = (
  venues: readonly string[],
  onBatch: (venue: string, batch: PerpetualBatch) => void,
  wantedSince: (venue: string) => ReadonlyMap<string, TimeUs>,
) => { stop(): Promise<void> };

export type PerpetualsDeskParts = {
  readonly clock: Clock;
  readonly store: BookStore;
  readonly instruments: readonly Instrument[];
  readonly offered: readonly OfferedVenue[];
  readonly open: OpenPerpetuals;
  readonly recordingsDir: string;
  /** Carries on paper, and what stores them. */
  readonly carries: Pick<CarryDeskParts, 'lines' | 'save' | 'record'>;
  /** Ids that are watched from the start. */
  readonly chosen: readonly string[];
};

type Watched = {
  readonly offer: OfferedVenue;
  readonly sinceUs: TimeUs;
  readonly known: Map<string, KnownPerpetual>;
  readUs: TimeUs | undefined;
  /** Latest time of the venue's own, and when it last rose. */
  venueUs: TimeUs;
  movedUs: TimeUs;
  fault: string;
  unreadRows: number;
  unread: readonly UnreadRow[];
  contracts: number;
};

export class PerpetualsDesk {
  readonly #parts: PerpetualsDeskParts;
  #watched = new Map<string, Watched>();
  #feeds: { stop(): Promise<void> } | undefined;
  readonly #recorders = new Map<string, PerpetualRecorder>();
  #isRecording = false;
  #isStopped = false;
  recordingFault = '';
  readonly carries: CarryDesk;
  readonly #spots: SpotMarkets;
  /** Changes of what is watched, one after the other. */
  readonly #changes = new Serial();

  constructor(parts: PerpetualsDeskParts) {
    this.#parts = parts;
    const { clock, store, instruments, offered, carries } = parts;
    this.#spots = new SpotMarkets(store, instruments);
    this.carries = new CarryDesk({
      clock,
      store,
      ...carries,
      spotOf: ({ symbol, venue }, only) =>
        only === null
          ? this.#spots.find(symbol, offered.find((one) => one.venue === venue)?.spotVenue)?.instrument
          : instruments.find((one) => one.venue === only && pairOf(one) === symbol),
    });
  }

  /** Ids that are watched. */
  get venues(): readonly string[] {
    return [...this.#watched.keys()];
  }

  isOffered(venue: string): boolean {
    return this.#parts.offered.some((one) => one.venue === venue);
  }

  get offered(): readonly OfferedVenue[] {
    return this.#parts.offered;
  }

  start(): Promise<void> {
    this.carries.start();
    return this.watch(this.#parts.chosen);
  }

  /** From here on these are watched, and no others. A venue that stays keeps what is known of it. */
  watch(venues: readonly string[]): Promise<void> {
    return this.#changes.run(() => this.#watch(venues));
  }

  async #watch(venues: readonly string[]): Promise<void> {
    await this.#feeds?.stop();
    this.#feeds = undefined;
    const nowUs = this.#parts.clock.nowUs();
    const before = this.#watched;
    this.#watched = new Map(
      this.#parts.offered
        .filter(({ venue }) => venues.includes(venue))
        .map((offer) => [offer.venue, before.get(offer.venue) ?? watchedFrom(offer, nowUs)]),
    );
    for (const [venue, recorder] of this.#recorders)
      if (!this.#watched.has(venue)) {
        this.#recorders.delete(venue);
        await recorder.stop();
      }
    if (this.#watched.size > 0 && !this.#isStopped)
      this.#feeds = this.#parts.open(
        this.venues,
        (venue, batch) => this.take(venue, batch),
        (venue) => this.carries.wantedSince(venue),
      );
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#changes.ended;
    await this.#feeds?.stop();
    this.#feeds = undefined;
    this.carries.stop();
    await this.stopRecording();
  }

  take(venue: string, batch: PerpetualBatch): void {
    const watched = this.#watched.get(venue);
    if (watched === undefined) return;
    const { receivedUs, contracts, readings, payments, unread, newUnread, fault } = batch;
    watched.fault = fault;
    watched.unreadRows += newUnread;
    watched.unread = unread.slice(0, MAX_UNREAD_ROWS);
    watched.contracts = contracts.length;
    const byContract = new Map(contracts.map((one) => [one.symbol, one]));
    // What is not listed any longer is shown no longer.
    if (contracts.length > 0)
      for (const symbol of watched.known.keys()) if (!byContract.has(symbol)) watched.known.delete(symbol);
    const paidOf = new Map<string, FundingPayment>(payments.map((one) => [one.symbol, one]));
    for (const reading of readings) {
      const contract = byContract.get(reading.symbol);
      if (contract === undefined) continue;
      const paid = paidOf.get(reading.symbol) ?? watched.known.get(reading.symbol)?.paid;
      watched.known.set(reading.symbol, knownPerpetual(contract, reading, receivedUs, paid));
      if ((reading.venueUs ?? receivedUs) > watched.venueUs) {
        watched.venueUs = reading.venueUs ?? receivedUs;
        watched.movedUs = receivedUs;
      }
    }
    // A venue without a perpetual of the session's coins has nothing to show, and is not silent.
    const hasNone = fault === '' && contracts.length === 0;
    if (hasNone) watched.movedUs = receivedUs;
    if (readings.length > 0 || hasNone) watched.readUs = receivedUs;
    this.carries.take(venue, batch);
    if (this.#isRecording) this.#recorderOf(watched.offer).take(batch);
  }

  view(nowUs: TimeUs, coin?: string): FundingView {
    const { offered } = this.#parts;
    const rows = [...this.#watched.values()].flatMap(({ offer, known }) =>
      [...known.values()]
        .filter(({ contract }) => coin === undefined || contract.base === coin)
        .map((one) =>
          fundingRow(offer.venue, one, this.#spots.find(one.contract.symbol, offer.spotVenue), nowUs),
        ),
    );
    return {
      venues: [...this.#watched.values()].map((one) => standingOf(one, nowUs)),
      offered: offered.map(({ venue, title }) => ({ venue, title })),
      rows: rows.slice(0, MAX_FUNDING_ROWS),
      carries: this.carries.view(),
    };
  }

  /** Venues of which nothing has come for too long; empty: none. */
  silence(nowUs: TimeUs): string {
    return [...this.#watched.values()]
      .map((one) => standingOf(one, nowUs))
      .filter(({ state }) => state === 'silent')
      .map(({ title, fault }) => `${title}: ${fault}`)
      .join('; ');
  }

  /** Files that are being written. */
  get recording(): readonly string[] {
    return [...this.#recorders.values()].flatMap(({ file }) => file ?? []);
  }

  /** A recording begins with the readings as they stand, as that of a book does with the book. */
  startRecording(): void {
    this.#isRecording = true;
    this.recordingFault = '';
    const receivedUs = this.#parts.clock.nowUs();
    for (const { offer, known } of this.#watched.values()) {
      const all = [...known.values()];
      const contracts = all.map(({ contract }) => contract);
      const readings = all.map(({ reading }) => reading);
      const nothing = { payments: [], unread: [], newUnread: 0, fault: '' };
      this.#recorderOf(offer).take({ receivedUs, contracts, readings, ...nothing });
    }
  }

  async stopRecording(): Promise<readonly RecordingSummary[]> {
    this.#isRecording = false;
    const recorders = [...this.#recorders.values()];
    this.#recorders.clear();
    return Promise.all(recorders.map((one) => one.stop()));
  }

  #recorderOf({ venue, recordedAs }: OfferedVenue): PerpetualRecorder {
    const known = this.#recorders.get(venue);
    if (known !== undefined) return known;
    const { recordingsDir: folder, clock } = this.#parts;
    const onError = (error: UserError): void => {
      this.recordingFault = error.message;
    };
    const made = new PerpetualRecorder({ folder, venue: recordedAs, clock, onError });
    this.#recorders.set(venue, made);
    return made;
  }
}

function watchedFrom(offer: OfferedVenue, nowUs: TimeUs): Watched {
  return {
    offer,
    sinceUs: nowUs,
    known: new Map(),
    readUs: undefined,
    venueUs: 0,
    movedUs: nowUs,
    fault: '',
    unreadRows: 0,
    unread: [],
    contracts: 0,
  };
}

function standingOf(watched: Watched, nowUs: TimeUs): FundingVenue {
  const { offer, readUs, sinceUs, movedUs, fault, unreadRows, unread, contracts } = watched;
  const quietUs = nowUs - (readUs ?? sinceUs);
  const isQuiet = quietUs > STALE_US;
  const isFrozen = readUs !== undefined && nowUs - movedUs > FROZEN_US;
  const quiet = `no reading for ${Math.floor(quietUs / US_PER_SECOND)} s`;
  const silent = isQuiet
    ? fault === ''
      ? quiet
      : `${quiet} (${fault})`
    : isFrozen
      ? 'its answers repeat one time'
      : '';
  const state =
    silent !== '' ? 'silent' : fault !== '' ? 'failing' : readUs === undefined ? 'starting' : 'reading';
  return {
    venue: offer.venue,
    title: offer.title,
    isSimulated: offer.isSimulated,
    state,
    fault: silent === '' ? fault : silent,
    readUs: readUs ?? null,
    contracts,
    unreadRows,
    unread: [...unread],
  };
}
