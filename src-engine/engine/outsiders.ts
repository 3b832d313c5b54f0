/** Who else has to do with the engine than its windows and its session: the schedule by which models are trained, keys of the API for programs, channels that bring alerts to people, bots that people speak to, buses that bring facts to brokers, a model that reads news, and the service levels that they are promised. */
import { dirname } from 'node:path';
import { z } from 'zod';
import { Buses, storedBus } from '../bus/buses.ts';
import { botSettings } from '../contract/bot-operations.ts';
import type { ProfileName } from '../contract/records.ts';
import type { Alert } from '../contract/alert-records.ts';
import { channelSettings } from '../contract/channel-operations.ts';
import { intelligenceSettings } from '../contract/intelligence-operations.ts';
import { UserError } from '../domain/errors.ts';
import type { SentimentReading } from '../domain/sentiment.ts';
import type { OutsiderFigures } from '../gateway/host.ts';
import { readReadiness } from '../gateway/readiness.ts';
import { Intelligence } from '../intelligence/intelligence.ts';
import { keptIntelligence, type KeptIntelligence, NOTHING_KEPT, spentDay } from '../intelligence/kept.ts';
import { roundThread } from '../intelligence/round-thread.ts';
import type { Clock } from '../lib/clock.ts';
import { systemMail } from '../notifying/mail.ts';
import type { Notice } from '../notifying/notice.ts';
import { Notifier, type NotifierParts } from '../notifying/notifier.ts';
import { systemPost } from '../notifying/post.ts';
import { Bots } from '../ops-bot/bots.ts';
import { carriedOut } from '../ops-bot/carried-out.ts';
import type { Database } from '../storage/database-types.ts';
import { readSetting, setSetting } from '../storage/settings.ts';
import type { Retraining } from '../lab/retrain/retraining.ts';
import { ApiKeys } from './api-keys.ts';
import { openRetraining, type RetrainingEngine } from './retraining.ts';
import { storedSlos, type StoredSlos } from '../slo/slo-book.ts';
import { SloWatch } from '../slo/slo-watch.ts';
import type { EngineLog } from './history/engine-log.ts';

const CHANNELS_SETTING = 'notifyChannels';
const BUSES_SETTING = 'eventBuses';
const BOTS_SETTING = 'bots';
const CARRIED_OUT_SETTING = 'botsCarriedOut';
const INTELLIGENCE_SETTING = 'intelligence';
const INTELLIGENCE_KEPT_SETTING = 'intelligenceKept';
const SLOS_SETTING = 'serviceLevels';

export class Outsiders {
  readonly apiKeys: ApiKeys;
  readonly notifier: Notifier;
  readonly buses: Buses;
  readonly bots: Bots;
  readonly intelligence: Intelligence;
  readonly slos: SloWatch;
  readonly retraining: Retraining;

  private constructor(
    parts: Pick<
      Outsiders,
      'apiKeys' | 'notifier' | 'buses' | 'bots' | 'intelligence' | 'slos' | 'retraining'
    >,
  ) {
    const { apiKeys, notifier, buses, bots, intelligence, slos } = parts;
    this.retraining = parts.retraining;
    [this.apiKeys, this.notifier, this.buses, this.bots] = [apiKeys, notifier, buses, bots];
    [this.intelligence, this.slos] = [intelligence, slos];
    slos.start();
  }

  /** @param engine asked once it runs. @throws UserError when what is stored is damaged. */
  static async open(
    { database, clock, secrets, log, recordingsDir }: OutsiderParts,
    engine: () => Watched,
  ): Promise<Outsiders> {
    const channels = await readSetting(database, CHANNELS_SETTING, z.array(channelSettings));
    const stored = await readSetting(database, BUSES_SETTING, z.array(storedBus));
    const bots = await readSetting(database, BOTS_SETTING, z.array(botSettings));
    return new Outsiders({
      apiKeys: await ApiKeys.open(database, clock),
      notifier: new Notifier({
        clock,
        secrets,
        post: systemPost,
        mail: systemMail,
        channels: channels ?? [],
        save: (all) => setSetting(database, CHANNELS_SETTING, all),
      }),
      buses: new Buses({
        clock,
        secrets,
        source: database.source,
        stored: stored ?? [],
        save: (all) => setSetting(database, BUSES_SETTING, all),
        note: (text) => log.say('warn', 'bus', text),
      }),
      bots: new Bots({
        clock,
        secrets,
        bots: bots ?? [],
        save: (all) => setSetting(database, BOTS_SETTING, all),
        carriedOut: (await readSetting(database, CARRIED_OUT_SETTING, carriedOut.catch({}))) ?? {},
        saveCarriedOut: (ids) => setSetting(database, CARRIED_OUT_SETTING, ids),
        host: engine,
        note: (text) => log.say('warn', 'bot', text),
      }),
      intelligence: new Intelligence({
        clock,
        secrets,
        settings:
          (await readSetting(database, INTELLIGENCE_SETTING, intelligenceSettings)) ??
          intelligenceSettings.parse({}),
        kept: await readKept(database, log, clock.nowUs()),
        save: (settings) => setSetting(database, INTELLIGENCE_SETTING, settings),
        keep: (kept) => setSetting(database, INTELLIGENCE_KEPT_SETTING, kept),
        give: async (reading) => noteSentiment(engine(), reading),
        note: (text) => log.say('warn', 'intelligence', text),
        startRound: roundThread(clock),
      }),
      retraining: await openRetraining(
        {
          database,
          clock,
          dataDir: dirname(recordingsDir),
          note: (text) => log.say('info', 'retrain', text),
        },
        engine,
      ),
      slos: new SloWatch({
        clock,
        stored: await readSlos(database, log),
        save: (slos) => setSetting(database, SLOS_SETTING, slos),
        isReady: async () =>
          engine().profile === undefined ? undefined : (await readReadiness(engine())).ready,
        tracking: () => engine().session?.parts.ghost?.status(clock.nowUs()),
        note: (text) => log.say('warn', 'slo', text),
      }),
    });
  }

  get handlers() {
    return {
      ...this.apiKeys.handlers,
      ...this.notifier.handlers,
      ...this.buses.handlers,
      ...this.bots.handlers,
      ...this.intelligence.handlers,
      ...this.retraining.handlers,
      ...this.slos.handlers,
    };
  }

  figures(): OutsiderFigures {
    return {
      channels: this.notifier.counts(),
      buses: this.buses.counts(),
      slos: this.slos.read(),
      intelligence: this.intelligence.figures(),
    };
  }

  async stop(): Promise<void> {
    this.notifier.stop();
    await this.bots.stop();
    await this.intelligence.stop();
    await this.retraining.stop();
    await this.buses.stop();
    await this.slos.stop();
  }
}

/** As a command, so that a replay has it: without a session nothing looks at it. */
async function noteSentiment({ session }: Watched, reading: SentimentReading): Promise<void> {
  await session?.command({ type: 'noteSentiment', reading }, { kind: 'engine', via: 'intelligence' });
}

/** What cannot be read any more keeps no engine from starting; the budget of this day counts as spent then. */
async function readKept(
  database: Database,
  log: OutsiderParts['log'],
  nowUs: number,
): Promise<KeptIntelligence> {
  try {
    return (await readSetting(database, INTELLIGENCE_KEPT_SETTING, keptIntelligence)) ?? NOTHING_KEPT;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.say('warn', 'intelligence', `the budget of today counts as spent: ${error.message}`);
    return spentDay(nowUs);
  }
}

/** Undefined: none are stored, or they cannot be read: what is only counted keeps no engine from starting. */
async function readSlos(database: Database, log: OutsiderParts['log']): Promise<StoredSlos | undefined> {
  try {
    return await readSetting(database, SLOS_SETTING, storedSlos);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.say('warn', 'slo', `the service levels begin anew, as those stored cannot be read: ${error.message}`);
    return undefined;
  }
}

export type Watched = RetrainingEngine & { readonly profile: ProfileName | undefined };

export type OutsiderParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: NotifierParts['secrets'];
  readonly log: Pick<EngineLog, 'say'>;
  readonly recordingsDir: string;
};

/** An alert as people outside hear of it. */
export function noticeOf(profile: string, isSimulated: boolean, alert: Alert): Notice {
  const { alertId, severity, title, detail, venue, symbol, lastUs: atUs } = alert;
  // With its time: the same alert is sent again when it grows worse, and a number that could not be stored is used again.
  const id = `${profile}-${alertId}-${atUs}`;
  return { id, severity, title, detail, venue, symbol, atUs, profile, isSimulated };
}
