import type { TopicName, TopicParams } from '../../src-engine/contract/topics.ts';
import { useSession } from '../engine/use-session.ts';
import { useTicking } from '../lib/ticker.ts';
import { formatAge } from '../lib/time-text.ts';

/** A view is updated several times a second: older than the first limit it is late, older than the second it is old. */
const LATE_MS = 2_000;
const OLD_MS = 5_000;

/** Since the last update of this view; marked in words once it is late or old. */
export function ViewAge<N extends TopicName>({
  topic,
  params,
}: {
  readonly topic: N;
  readonly params: TopicParams<N>;
}) {
  const { client } = useSession();
  const text = useTicking(() => ageWords(client.viewAgeMs(topic, params)));
  return <AgeMark text={text} title="Since the last update" />;
}

/** "0.4 s", "LATE: 2.3 s", "OLD: 12 s"; a dash before the first word. */
export function ageWords(ageMs: number | null): string {
  const age = formatAge(ageMs === null ? null : ageMs * 1_000);
  if (ageMs === null || ageMs <= LATE_MS) return age;
  return ageMs > OLD_MS ? `OLD: ${age}` : `LATE: ${age}`;
}

/** An age as `ageWords` has it; the colour repeats what the word says. */
export function AgeMark({ text, title }: { readonly text: string; readonly title: string }) {
  const look = text.startsWith('OLD') ? 'age-old' : text.startsWith('LATE') ? 'age-late' : 'dim';
  return (
    <span className={`num age ${look}`} title={title}>
      {text}
    </span>
  );
}

/** How long ago that was, by the engine's clock; it keeps counting. */
export function AgeSince({ atUs }: { readonly atUs: number }) {
  const session = useSession();
  return <>{useTicking(() => formatAge(session.nowUs() - atUs))}</>;
}
