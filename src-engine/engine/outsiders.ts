/** Who else has to do with the engine than its windows: keys of the API for programs, and channels that bring alerts to people. */
import { z } from 'zod';
import type { Alert } from '../contract/alert-records.ts';
import { channelSettings } from '../contract/channel-operations.ts';
import type { Clock } from '../lib/clock.ts';
import type { Notice } from '../notifying/notice.ts';
import { Notifier, type NotifierParts } from '../notifying/notifier.ts';
import { systemPost } from '../notifying/post.ts';
import type { Database } from '../storage/database-types.ts';
import { readSetting, setSetting } from '../storage/settings.ts';
import { ApiKeys } from './api-keys.ts';

const CHANNELS_SETTING = 'notifyChannels';

export type Outsiders = { readonly apiKeys: ApiKeys; readonly notifier: Notifier };

/** @throws UserError when what is stored is damaged. */
export async function openOutsiders(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: NotifierParts['secrets'];
}): Promise<Outsiders> {
  const { database, clock, secrets } = parts;
  const channels = await readSetting(database, CHANNELS_SETTING, z.array(channelSettings));
  return {
    apiKeys: await ApiKeys.open(database, clock),
    notifier: new Notifier({
      clock,
      secrets,
      post: systemPost,
      channels: channels ?? [],
      save: (all) => setSetting(database, CHANNELS_SETTING, all),
    }),
  };
}

/** An alert as people outside hear of it. */
export function noticeOf(profile: string, isSimulated: boolean, alert: Alert): Notice {
  const { alertId, severity, title, detail, venue, symbol, lastUs: atUs } = alert;
  // With its time: the same alert is sent again when it grows worse, and a number that could not be stored is used again.
  const id = `${profile}-${alertId}-${atUs}`;
  return { id, severity, title, detail, venue, symbol, atUs, profile, isSimulated };
}
