/** The composition root: the only place that knows every part. Hosts call `createEngine` and nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimDatabase } from './assembly/claim-database.ts';
import { cancelWithoutSession } from './assembly/cancel-without-session.ts';
import { openGateway } from './assembly/gateway.ts';
import { keyStandings } from './assembly/key-standing.ts';
import { PlanBook } from './assembly/plan-book.ts';
import { assembleSession, type SessionOptions } from './assembly/session.ts';
import type { VenueOptions } from './assembly/venue-options.ts';
import { StrategyShelf } from './assembly/strategy-shelf.ts';
import { OnnxDesk } from './onnx/onnx-desk.ts';
import { recoverIntents } from './assembly/recover-intents.ts';
import { connectVenues } from './assembly/venues.ts';
import type { ProfileName } from './contract/records.ts';
import { DEFAULT_DURABILITY, type Durability } from './domain/durability.ts';
import type { VenueName } from './domain/ids.ts';
import type { ChosenProfile } from './engine/controls.ts';
import { readDurability } from './engine/durability.ts';
import { EngineLog } from './engine/history/engine-log.ts';
import { LogFile } from './engine/history/log-file.ts';
import { Engine } from './engine/engine.ts';
import { readFeeSettings } from './engine/market/fee-settings.ts';
import { CancelScope } from './engine/kill/cancel-scope.ts';
import type { CancelAccounts } from './engine/kill/kill-without-session.ts';
import { lockDataDir } from './gateway/runtime-file.ts';
import type { Tokens } from './gateway/web-guards.ts';
import { windowAddress } from './gateway/web-server.ts';
import type { Clock } from './lib/clock.ts';
import { everyStep } from './lib/every-step.ts';
import { SystemClock } from './lib/system-clock.ts';
import type { SecretStore } from './secrets/keychain.ts';
import { openSecrets } from './secrets/secret-store.ts';
import { openDatabase } from './storage/database.ts';
import type { LeaseTiming } from './storage/lease/engine-lease.ts';
import { IntentJournal } from './storage/intents/intent-journal.ts';
import { intentsFolder } from './storage/intents/intents-folder.ts';
import { SegmentFolder } from './storage/intents/segment-folder.ts';
import { knownVenues } from './venues/registry.ts';
import { RequestPauses } from './venues/toolkit/request-pause.ts';

/** The built window: out/renderer, seen from the source and from the bundle in out/main. */
export const WINDOW_DIR = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../out/renderer' : '../renderer', import.meta.url),
);

export type EngineOptions = {
  readonly dataDir: string;
  /** PostgreSQL instead of the data folder's SQLite. */
  readonly databaseUrl?: string | undefined;
  /** A local exchange that runs already: its address, or one for each venue as `ID=URL,ID=URL`. */
  readonly exchangeUrl?: string | undefined;
  /** Mean seconds from one mispriced triangle to the next at the engine's own local exchange; 7 when left out. */
  readonly edgeSeconds?: number | undefined;
  /** Instead of the profile that was chosen last. */
  readonly profile?: ProfileName | undefined;
  /** The same by the name of a run plan. */
  readonly plan?: string | undefined;
  /** Ids of the venues that the named profile trades; those of the last time when left out. */
  readonly venues?: readonly VenueName[] | undefined;
  /** Port of the gateway on loopback; 0 lets the system choose. When left out: the one of the last time, if it is free. */
  readonly port?: number | undefined;
  /** Of windows and other clients; made when left out, except after a crash: then the crashed engine's are used again. */
  readonly tokens?: Tokens | undefined;
  /** Of the demo market and the simulated fills; the time of the start when left out. */
  readonly seed?: number | undefined;
  /** Longest cycles that are looked for; as last set when left out, and 3 at first. */
  readonly maxLegs?: 3 | 4 | undefined;
  /** Most pairs to watch; 150 when left out. */
  readonly maxInstruments?: number | undefined;
  /** By venue: addresses other than its own. */
  readonly venueUrls?: VenueOptions['venueUrls'];
  /** By venue: the level of the account there; the lowest when left out. */
  readonly accountTiers?: VenueOptions['accountTiers'];
  /** The trader's volume of the last 30 days in USD: the tier of the venue's fees in paper trading; as stored when left out, and 0 at first. */
  readonly feeVolumeUsd?: number | undefined;
  /** What intents survive before their orders are sent; as stored when left out, and a power loss at first. */
  readonly durability?: Durability | undefined;
  /** Of the lease on a PostgreSQL database; LEASE_TIMING when left out. */
  readonly leaseTiming?: Partial<LeaseTiming> | undefined;
  /** So long without a sign of life the watchdog takes the engine for frozen; 5,000 when left out. */
  readonly watchdogMs?: number | undefined;
  /** How the process of a watchdog is started; as this machine does when left out. */
  readonly launchWatchdog?: VenueOptions['launchWatchdog'];
  /** Keeps a log of each session under `sessions`, to be played again: see divergence/. */
  readonly sessionLog?: boolean | undefined;
  /** Where the API keys are; the operating system's keychain when left out. */
  readonly secrets?: SecretStore | undefined;
  /** The machine's when left out. */
  readonly clock?: Clock | undefined;
  /** For the operator's log. Never a secret. */
  readonly note: (text: string) => void;
};

export type RunningEngine = {
  readonly engine: Engine;
  /** `http://127.0.0.1:4777` */
  readonly url: string;
  /** What to open in a browser; the token is in it. */
  readonly windowAddress: string;
  /** Leads a browser there once, within a minute, without a token in the arguments of its process. */
  openingAddress(): string;
  /** The same, read-only; empty where tokens were given without a viewer's token. */
  readonly viewerAddress: string;
  /** False where the window was not built: those addresses then say how to build it. */
  readonly hasWindow: boolean;
  stop(): Promise<void>;
};

/**
 * Starts an engine on a data folder and its gateway on loopback.
 * @throws UserError when the folder is in use or cannot be written, the database refuses, or the port is taken;
 *   nothing is left running then.
 */
export async function createEngine(options: EngineOptions): Promise<RunningEngine> {
  const clock = options.clock ?? new SystemClock();
  const seed = options.seed ?? Math.floor(clock.nowUs() / 1_000);
  const logFile = new LogFile(join(options.dataDir, 'logs'), clock);
  const log = new EngineLog(clock, options.note, logFile);
  if (options.databaseUrl !== undefined) log.redactor.add(passwordOf(options.databaseUrl));
  const secrets = remembering(options.secrets ?? openSecrets(), log);
  const lock = lockDataDir(options.dataDir);
  const undo: (() => Promise<unknown> | void)[] = [() => lock.release(), () => logFile.flush()];
  try {
    const { lease, location } = await claimDatabase(options, clock, (text) => log.say('warn', 'lease', text));
    undo.push(() => lease?.release());
    const scope = new CancelScope(lease);
    const database = await openDatabase(location);
    const folder = new SegmentFolder(intentsFolder(options.dataDir, options.databaseUrl));
    const intents = new IntentJournal(folder, DEFAULT_DURABILITY);
    const closeDatabase = () => database.close();
    undo.push(() => intents.close(), closeDatabase);
    intents.level = (await readDurability(database, options.durability)).level;
    const recordingsDir = join(options.dataDir, 'recordings');
    const pauses = new RequestPauses();
    let inUse: () => ReadonlySet<string> = () => new Set();
    const onnx = new OnnxDesk({ dataDir: options.dataDir, clock, inUse: () => inUse() });
    undo.push(() => onnx.stop());
    const shelf = new StrategyShelf(options.dataDir, clock, onnx);
    undo.push(() => shelf.close());
    const plans = new PlanBook(database);
    const note: SessionOptions['note'] = (text, level = 'warn') => log.say(level, 'session', text);
    // A kill before the first session looks for open orders, too. A database that refuses now is asked again by the session.
    await recoverIntents(intents, database, note).catch((error: unknown) =>
      note(error instanceof Error ? error.message : String(error), 'error'),
    );
    const assemble = async (asked: ChosenProfile, facts: Engine['facts'], killed: boolean) => {
      await recoverIntents(intents, database, note);
      const chosen = await plans.choose(asked);
      const { maxLegs } = options;
      const common = { database, clock, seed };
      const venues = await connectVenues(chosen, {
        ...common,
        secrets,
        pauses,
        dataDir: options.dataDir,
        watchdogMs: options.watchdogMs,
        launchWatchdog: options.launchWatchdog,
        exchangeUrl: options.exchangeUrl,
        edgeSeconds: options.edgeSeconds,
        venueUrls: options.venueUrls,
        accountTiers: options.accountTiers,
        feeVolumeUsd: (await readFeeSettings(database, options.feeVolumeUsd)).volumeUsd,
        maxInstruments: options.maxInstruments,
      });
      try {
        const sessionsDir = options.sessionLog === true ? join(options.dataDir, 'sessions') : undefined;
        return await assembleSession({
          ...common,
          intents,
          chosen,
          venues,
          facts,
          killed,
          recordingsDir,
          pauses,
          venueUrls: options.venueUrls,
          sessionsDir,
          shelf,
          refusal: lease && (() => lease.refusal()),
          scope,
          maxLegs,
          note,
        });
      } catch (error) {
        // One that does not stop keeps no other from giving its account back.
        await Promise.allSettled(venues.connected.map(async ({ account }) => account?.venue.stop()));
        await Promise.allSettled(venues.connected.map(({ market }) => market.stop()));
        throw error;
      }
    };
    const cancelAccounts: CancelAccounts = (profile, ports) =>
      cancelWithoutSession(profile, { ...options, database, clock, secrets, pauses, plans }, ports);
    const profile = options.plan === undefined ? options.profile : (await plans.named(options.plan)).profile;
    const engine = await Engine.start(
      {
        database,
        clock,
        recordingsDir,
        commandLine: options,
        intents,
        assemble,
        cancelAccounts,
        secrets,
        lease,
        scope,
        keys: () => keyStandings(secrets),
        knownVenues,
        plans,
        log,
      },
      profile === undefined ? undefined : { profile, capital: undefined, venues: options.venues },
    );
    // The engine closes it from here on.
    undo.splice(undo.indexOf(closeDatabase), 1);
    undo.push(() => engine.stop());
    inUse = () => {
      const strategies = engine.session?.parts.kernel.strategies.all() ?? [];
      return new Set([...strategies].map(({ setup }) => setup.code));
    };
    const hasWindow = existsSync(join(WINDOW_DIR, 'index.html'));
    const { server, tokens } = await openGateway({
      dataDir: options.dataDir,
      host: engine,
      lock,
      port: options.port,
      tokens: options.tokens,
      windowDir: hasWindow ? WINDOW_DIR : undefined,
    });
    undo.push(() => server.close());
    const { address: host, port, url } = server;
    for (const token of [tokens.operator, tokens.viewer ?? '']) log.redactor.add(token);
    log.note('info', 'engine', `${hasWindow ? 'the window' : 'the API alone'} is served at ${url}`);
    lock.publish({
      pid: process.pid,
      host,
      port,
      token: tokens.operator,
      viewer: tokens.viewer,
      startedUs: clock.nowUs(),
    });
    return {
      engine,
      url,
      windowAddress: windowAddress(url, tokens.operator),
      openingAddress: () => server.openingAddress(),
      hasWindow,
      viewerAddress: tokens.viewer === undefined ? '' : windowAddress(url, tokens.viewer),
      stop: () => undoAll(undo),
    };
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

/** Empty where there is none, or the text is not a URL: opening the database reports that. */
function passwordOf(url: string): string {
  return decodeURIComponent(URL.parse(url)?.password ?? '');
}

/** What is read from the keychain is known to the log from then on, and blotted out of it. */
function remembering(secrets: SecretStore, log: EngineLog): SecretStore {
  return {
    async get(name) {
      const secret = await secrets.get(name);
      if (secret !== undefined) log.redactor.add(secret);
      return secret;
    },
    set: (name, secret) => {
      log.redactor.add(secret);
      return secrets.set(name, secret);
    },
    delete: (name) => secrets.delete(name),
  };
}

function undoAll(undo: (() => Promise<unknown> | void)[]): Promise<void> {
  return everyStep(undo.splice(0).toReversed());
}
