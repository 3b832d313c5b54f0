import type { TopicName, TopicParams } from '../../src-engine/contract/topics.ts';
import { useSession } from '../engine/use-session.ts';
import { useTicking } from '../lib/ticker.ts';
import { formatAge } from '../lib/time-text.ts';

/** A view is told several times a second: older than this, what it shows may not be so any longer. */
const STALE_MS = 5_000;

/** Since the engine last told this view; marked in words once it is old. */
export function ViewAge<N extends TopicName>({
  topic,
  params,
}: {
  readonly topic: N;
  readonly params: TopicParams<N>;
}) {
  const { client } = useSession();
  const text = useTicking(() => {
    const ageMs = client.viewAgeMs(topic, params);
    const age = formatAge(ageMs === null ? null : ageMs * 1_000);
    return ageMs !== null && ageMs > STALE_MS ? `OLD: ${age}` : age;
  });
  return (
    <span
      className={`num age ${text.startsWith('OLD') ? 'age-old' : 'dim'}`}
      title="Since the engine last told these figures"
    >
      {text}
    </span>
  );
}
