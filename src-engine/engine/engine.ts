/** The engine as its hosts see it: a chosen profile, the session that trades it, and operations over both. It outlives sessions. */
import { dirname, join } from 'node:path';
import type { KeyStanding } from '../contract/key-operations.ts';
import type { RunPlan } from '../contract/plan-records.ts';
import { type AuditEntry, type ProfileName, profileName } from '../contract/records.ts';
import type { Caller, OperationHandlers, OperationName } from '../contract/operations.ts';
import { type TopicName, topics, type TopicView } from '../contract/topics.ts';
import { VERSION } from '../config/version.ts';
import { UserError } from '../domain/errors.ts';
import { Hold } from '../domain/hold.ts';
import type { GatewayHost } from '../gateway/host.ts';
import { Lab } from '../lab/lab.ts';
import type { Clock } from '../lib/clock.ts';
import { everyStep } from '../lib/every-step.ts';
import { Serial } from '../lib/serial.ts';
import type { ReadingName } from '../reading/readings.ts';
import { ReadingRoom } from '../reading/reading-room.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { getSetting, setSetting } from '../storage/settings.ts';
import type { Command } from '../kernel/input.ts';
import { AuditTrail, callLine } from './history/audit-trail.ts';
import { AlertWatch } from './alerts/alert-watch.ts';
import type { EngineParts } from './engine-parts.ts';
import { noticeOf, Outsiders } from './outsiders.ts';
import { type ChosenProfile, type EngineControls, type PlanControls, PROFILE_SETTING } from './controls.ts';
import type { EngineLog } from './history/engine-log.ts';
import { FactLog } from './history/fact-log.ts';
import { LOOSE_PROFILE } from './history/history-controls.ts';
import { engineHandlers } from './handlers.ts';
import { engineHealth } from './health.ts';
import { KILLED_SETTING, KillDesk } from './kill/kill-desk.ts';
import { KillWithoutSession } from './kill/kill-without-session.ts';
import { engineStatus } from './status.ts';
import { SnapshotDesk } from './snapshot-desk.ts';
import { bytesOf, DEFAULT_HOME_ASSET, snapshotBytes } from './texts.ts';
import { Rejoin } from './market/rejoin.ts';
import type { TradingSession } from './trading-session.ts';
import { GoLiveDesk, pipelineStore } from './account/go-live.ts';
import { AccountMoment } from './account/account-moment.ts';
import { NoteDesk } from './history/notes.ts';
import { ProfileTally } from './history/profile-tally.ts';
import { withPermissions } from './account/key-permissions.ts';
import type { ActivityTotals } from '../contract/total-records.ts';
import { marketView } from './views.ts';

/** Between tries to start a chosen profile whose market cannot be reached. */
const RETRY_US = 10_000_000;

export class Engine implements GatewayHost, EngineControls {
  readonly version = VERSION;
  readonly clock: Clock;
  readonly handlers: OperationHandlers;
  readonly facts = new FactLog();
  readonly database: Database;
  readonly lab: Lab;
  readonly alerts: AlertWatch;
  readonly outsiders: Outsiders;
  readonly goLive: GoLiveDesk;
  readonly findApiKey: GatewayHost['findApiKey'] = (digest) => this.outsiders.apiKeys.find(digest);
  readonly subscribeRevocations: GatewayHost['subscribeRevocations'] = (on) =>
    this.outsiders.apiKeys.subscribeRevocations(on);
  readonly outsiderFigures: GatewayHost['outsiderFigures'] = () => this.outsiders.figures();
  readonly countCall: GatewayHost['countCall'] = (us, end) => this.outsiders.slos.called(us, end);
  readonly #parts: EngineParts;
  readonly #startedUs: number;
  readonly #looseJournal: Journal;
  readonly #trail: AuditTrail;
  readonly #notes: NoteDesk;
  readonly #rejoin: Rejoin;
  readonly account = new AccountMoment(() => this.#tally?.cyclesProfit ?? '0');
  readonly hold = new Hold();
  readonly plans: PlanControls;
  readonly knownVenues: EngineControls['knownVenues'];
  readonly commandLine: EngineControls['commandLine'];
  readonly intents: EngineControls['intents'];
  #tally: ProfileTally | undefined;
  readonly #reading: ReadingRoom;
  readonly snapshots: SnapshotDesk;
  #session: TradingSession | undefined;
  #profile: ProfileName | undefined;
  #plan: RunPlan | undefined;
  #fault = '';
  readonly #loose: KillWithoutSession;
  readonly #killDesk: KillDesk;
  #cancelRetry: () => void = () => undefined;
  /** Starting and stopping of sessions, one after the other. */
  readonly #changes = new Serial();
  #isStopped = false;

  private constructor(parts: EngineParts, looseJournal: Journal, isKilled: boolean, own: Outsiders) {
    this.#parts = parts;
    this.outsiders = own;
    [this.commandLine, this.intents] = [parts.commandLine, parts.intents];
    [this.plans, this.knownVenues] = [parts.plans, parts.knownVenues];
    const { clock, cancelAccounts, log, scope } = parts;
    const note = (text: string): void => log.say('error', 'kill', text);
    this.#loose = new KillWithoutSession({ clock, cancelAccounts, note, scope }, isKilled);
    this.#killDesk = new KillDesk({
      clock,
      log,
      database: parts.database,
      loose: this.#loose,
      lease: parts.lease,
      scope,
      standing: () => ({ session: this.#session, profile: this.#profile }),
    });
    [this.clock, this.database] = [parts.clock, parts.database];
    this.#startedUs = parts.clock.nowUs();
    this.#looseJournal = looseJournal;
    const folders = { recordings: parts.recordingsDir, lab: join(dirname(parts.recordingsDir), 'lab') };
    this.#reading = new ReadingRoom(parts.database, folders);
    this.snapshots = new SnapshotDesk(parts.clock, (role) => snapshotBytes(this, { role, via: 'snapshot' }));
    this.lab = new Lab(folders, parts.clock, this.hold, async (profile, caller) => {
      const measured = await this.read('latencies', { profile, field: 'latencyOf' }, caller);
      return JSON.parse(measured.takeText()) as number[];
    });
    this.alerts = new AlertWatch({
      database: parts.database,
      clock: parts.clock,
      facts: this.facts,
      standing: () => ({ session: this.#session, fault: this.#fault }),
      burning: () => own.slos.burning().map(({ detail }) => detail),
      note: (text) => parts.log.say('warn', 'alerts', text),
      onAlerts: (profile, alerts) =>
        own.notifier.notify(alerts.map((one) => noticeOf(profile, this.status().simulatedMarket, one))),
    });
    this.goLive = new GoLiveDesk({
      clock,
      engine: this,
      store: pipelineStore(this),
      note: (text) => log.say('error', 'golive', text),
    });
    this.#rejoin = new Rejoin({ clock, log, restart: (session) => this.#restart(session) });
    this.#trail = new AuditTrail({
      clock: parts.clock,
      write: (entry) => (this.#session?.parts.journal ?? this.#looseJournal).appendAudit(entry),
      onFault: ({ action }, error) =>
        parts.log.say('error', 'storage', `the audit trail could not take "${action}": ${String(error)}`),
    });
    this.#notes = new NoteDesk(this);
    this.handlers = engineHandlers(this, this.#notes);
  }

  /** Starts with the profile that was chosen last, or the one that is named here; with neither, it waits. */
  static async start(parts: EngineParts, named: ChosenProfile | undefined): Promise<Engine> {
    const loose = await Journal.open(parts.database, { profile: LOOSE_PROFILE, runId: LOOSE_PROFILE });
    const isKilled = (await getSetting(parts.database, KILLED_SETTING)) === true;
    const own = await Outsiders.open(parts, () => engine);
    const engine = new Engine(parts, loose, isKilled, own);
    engine.alerts.start();
    engine.goLive.start();
    engine.facts.subscribe((facts) => {
      parts.log.take(facts);
      for (const { event } of facts) {
        engine.#tally?.take(event);
        engine.#killDesk.take(event);
        engine.goLive.take(event);
      }
    });
    parts.lease?.onDoubt(() => engine.#killDesk.doubtLease());
    parts.lease?.onLost((reason) => void engine.#killDesk.loseLease(reason));
    parts.log.note('info', 'engine', `Parallax ${VERSION}, database ${parts.database.location}`);
    const stored = await getSetting(parts.database, PROFILE_SETTING);
    const profile = named?.profile ?? profileName.safeParse(stored).data;
    if (profile !== undefined) engine.#tryStored(named ?? { profile, capital: undefined });
    return engine;
  }

  get session(): TradingSession | undefined {
    return this.#session;
  }

  /** The running session. @throws UserError when there is none. */
  requireSession(): TradingSession {
    if (this.#session !== undefined) return this.#session;
    throw new UserError({
      code: 'no-session',
      field: 'profile',
      message: this.#fault === '' ? 'is not chosen yet' : `could not be started: ${this.#fault}`,
      remedy: 'Choose a profile first.',
    });
  }

  get profile(): ProfileName | undefined {
    return this.#profile;
  }

  status(): ReturnType<typeof engineStatus> {
    return engineStatus({
      session: this.#session,
      profile: this.#profile,
      plan: this.#plan,
      fault: this.#fault,
      loose: this.#loose,
      nowUs: this.clock.nowUs(),
      startedUs: this.#startedUs,
      factSeq: this.facts.seq,
      storageKind: this.database.kind,
      intents: this.intents,
      lease: this.#parts.lease,
    });
  }

  chooseProfile(chosen: ChosenProfile): Promise<void> {
    return this.#changes.run(async () => {
      if (this.#isAlready(chosen)) return;
      this.#cancelRetry();
      await this.#startSession(chosen);
    });
  }

  async command(command: Command, caller: Caller): Promise<void> {
    if (command.type === 'resume') this.#killDesk.demandOwnAccount('trading');
    await this.requireSession().command(command, { kind: 'operator', via: caller.via });
  }

  kill(reason: string, caller: Caller): ReturnType<EngineControls['kill']> {
    return this.#killDesk.throw(reason, caller);
  }

  rearm(caller: Caller): Promise<void> {
    return this.#killDesk.rearm(caller);
  }

  read(name: ReadingName, input: unknown, caller: Caller): ReturnType<EngineControls['read']> {
    const homeAsset = this.#session?.parts.kernel.config.homeAsset ?? DEFAULT_HOME_ASSET;
    const about = { profile: this.#profile ?? 'none', homeAsset, nowUs: this.clock.nowUs() };
    return this.#reading.bytes(name, input, caller, about);
  }

  readBytes(name: OperationName, input: unknown, caller: Caller): ReturnType<GatewayHost['readBytes']> {
    return bytesOf(this, name, input, caller);
  }

  readView(topic: TopicName, params: unknown): unknown {
    const nowUs = this.clock.nowUs();
    if (topic === 'status') return this.status();
    if (topic === 'jobs' || topic === 'replay') return this.lab.readView(topic);
    if (topic === 'notes') return { revision: this.#notes.revision };
    if (topic === 'logs') return this.listLogs(topics.logs.params.parse(params));
    if (topic === 'alerts' || topic === 'alertRules') return this.alerts.readView(topic, params);
    if (topic === 'crossVenue' || topic === 'strategies' || topic === 'funding')
      return this.#session?.read(topic, params, nowUs);
    if (this.#session === undefined) return undefined;
    const { kernel } = this.#session.parts;
    switch (topic) {
      case 'health':
        return engineHealth(this.#session, nowUs);
      case 'quotes':
      case 'book':
      case 'trades':
      case 'bars':
        return marketView(this.#session, topic, params, nowUs);
      case 'opportunities':
        return { open: kernel.desk.tracker.open() };
      case 'portfolio':
        return this.account.portfolio(kernel, nowUs);
      case 'positions':
        return this.account.positions(kernel, nowUs);
      case 'inventory':
        return this.account.inventory(kernel, nowUs);
      case 'totals':
        return { ...this.totals(), factSeq: this.facts.seq };
      case 'today':
        return this.#tally?.today(nowUs);
      case 'ghost':
        return this.#session.parts.ghost?.status(nowUs);
      case 'risk':
        return this.account.risk(kernel, nowUs);
    }
  }

  /** Of the profile's whole history. @throws UserError when no session runs. */
  totals(): ActivityTotals {
    const { kernel } = this.requireSession().parts;
    if (this.#tally === undefined) throw new Error('a session has its totals');
    return this.#tally.totals(kernel.config.homeAsset);
  }

  async keys(): Promise<KeyStanding[]> {
    return withPermissions(await this.#parts.keys(), this.#session);
  }

  listLogs(query: Parameters<EngineLog['list']>[0]): TopicView<'logs'> {
    return { kept: this.#parts.log.kept, lines: [...this.#parts.log.list(query)] };
  }

  subscribeFacts(listener: Parameters<FactLog['subscribe']>[0]): () => void {
    return this.facts.subscribe(listener);
  }

  /** Those that may be acknowledged: of the running session, and of what is audited without one. */
  get journals(): readonly Journal[] {
    const { journal, ghost } = this.#session?.parts ?? {};
    return [journal, this.#looseJournal, ghost?.journal].filter((one) => one !== undefined);
  }

  audit(entry: AuditEntry): Promise<boolean> {
    this.#parts.log.note(...callLine(entry));
    return this.#trail.take(entry);
  }

  /** The machine woke up. */
  onResume(): void {
    this.#session?.onResume();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    await everyStep([
      () => this.#trail.flush(),
      () => this.#loose.stop(),
      () => this.lab.stop(),
      () => this.#reading.close(),
      () => this.#changes.run(() => this.#stopSession()),
      () => this.goLive.stop(),
      () => this.alerts.stop(),
      () => this.outsiders.stop(),
      () => this.#looseJournal.close(),
      () => this.database.close(),
    ]);
  }

  /** A profile of an earlier run starts by itself, and again and again until its market can be reached. */
  #tryStored(chosen: ChosenProfile): void {
    const { profile } = chosen;
    this.#profile = profile;
    const started = this.#changes.run(() => this.#startSession(chosen));
    started.catch((error: unknown) => {
      this.#fault = error instanceof Error ? error.message : String(error);
      this.#parts.log.say('error', 'session', `the ${profile} profile could not be started: ${this.#fault}`);
      if (this.#isStopped) return;
      this.#loose.resume(profile);
      this.#cancelRetry = this.clock.schedule(this.clock.nowUs() + RETRY_US, () => this.#tryStored(chosen));
    });
  }

  /** The profile runs, with the venues that are asked for. */
  #isAlready({ profile, venues }: ChosenProfile): boolean {
    const { parts } = this.#session ?? {};
    if (parts?.profile !== profile) return false;
    const running = parts.connections.map(({ market }) => market.adapter).join();
    const isWhole = parts.unreached.length === 0 && parts.connections.every(({ missing }) => !missing);
    return venues === undefined || (isWhole && running === venues.join());
  }

  async #startSession(chosen: ChosenProfile): Promise<void> {
    if (this.#isStopped || this.#isAlready(chosen)) return;
    const plan = await this.#parts.plans.find(chosen.profile);
    this.#killDesk.demandOwnAccount('session');
    await this.#killDesk.carry(plan);
    await this.#stopSession();
    [this.#profile, this.#plan] = [chosen.profile, plan];
    await this.alerts.open(chosen.profile);
    await this.goLive.open(chosen.profile);
    const session = await this.#parts.assemble(chosen, this.facts, this.#loose.isOn);
    this.#tally = await ProfileTally.open(this.database, session.parts);
    // From here on a kill reaches the session; one that came while it was being made counts too.
    if (this.#loose.isOn) session.parts.kernel.killSwitch.trip();
    this.#session = session;
    this.#parts.log.note('info', 'session', `the ${chosen.profile} profile starts at ${session.title}`);
    try {
      await session.start();
    } catch (error) {
      this.#session = undefined;
      await session.stop();
      throw error;
    }
    this.#fault = '';
    this.#killDesk.begun(session);
    this.#rejoin.watch(session);
    await setSetting(this.database, PROFILE_SETTING, chosen.profile);
    await this.outsiders.intelligence.begun();
  }

  #restart(session: TradingSession): void {
    const { profile, kernel } = session.parts;
    const stop = async () => (this.#session === session ? this.#stopSession() : undefined);
    const said = (error: unknown): void => this.#parts.log.say('error', 'session', String(error));
    const stopped = this.#changes.run(stop).catch(said);
    void stopped.then(() => {
      if (this.#isStopped || this.#session !== undefined || this.#profile !== profile) return;
      this.#tryStored({ profile, capital: undefined, standing: kernel.halts.standing });
    });
  }

  async #stopSession(): Promise<void> {
    this.#rejoin.stop();
    const session = this.#session;
    if (session === undefined) return;
    // Over however it ends: it has given back what it could.
    await session.stop().finally(() => (this.#session = undefined));
    this.#parts.log.note('info', 'session', `the ${session.parts.profile} profile has stopped`);
  }
}
