import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import type { Replica } from '../../engine/replica.ts';
import { useReplica } from '../../engine/use-session.ts';
import { usualCapital } from './replay-settings.ts';

const NO_INSTRUMENTS: Replica['instruments'] = [];

/** What a replay of these recordings starts with where the trader chooses nothing: @see usualCapital. */
export function useUsualCapital(recordings: readonly RecordingRecord[]): ReturnType<typeof usualCapital> {
  const homeAsset = useReplica((replica) => replica.homeAsset);
  const paidIn = useReplica((replica) => replica.equity?.capital);
  const venues = useReplica(({ status }) => status.feeds.length + status.unreachedVenues.length) ?? 1;
  const instruments = useReplica((replica) => replica.instruments) ?? NO_INSTRUMENTS;
  return usualCapital({ homeAsset, paidIn, venues, recordings, instruments });
}
