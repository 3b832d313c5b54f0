import { useEffect, useState } from 'react';
import type { JobRecord } from '../../../src-engine/contract/lab-records.ts';
import { useSession } from '../../engine/use-session.ts';

const NONE: readonly JobRecord[] = [];

/** Jobs of the lab, newest first, four times a second while they are shown. */
export function useJobs(): readonly JobRecord[] {
  const { client } = useSession();
  const [jobs, setJobs] = useState<readonly JobRecord[]>(NONE);
  useEffect(() => client.subscribe('jobs', {}, (view) => setJobs(view.jobs)), [client]);
  return jobs;
}

/** Rises when a job ends: lists of what jobs make are asked for again. */
export function useEndedJobs(): number {
  return useJobs().filter(({ finishedUs }) => finishedUs !== null).length;
}
