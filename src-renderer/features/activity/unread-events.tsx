/** Stored events that cannot be read, above the list of events: that list does not contain them. */
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { Notice } from '../../components/notice.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { formatCount } from '../../lib/figures.ts';

type Unread = OperationOutput<'listNews'>['unread'];

/** Stored events that are looked at: the newest, as many as one question gives. */
const NEWEST = 1_000;
/** Further rows that are named by their numbers; more are only counted. */
const NAMED = 10;

const askUnread = async (client: EngineClient): Promise<Unread> =>
  (await client.call('listNews', { limit: NEWEST })).unread;

/** How many of the newest stored events cannot be read, and which: of the newest the row, field, value and what to do. */
export function UnreadEvents() {
  const [unread] = useAsked(askUnread);
  return unread === undefined || unread.length === 0 ? null : <UnreadNotice unread={unread} />;
}

export function UnreadNotice({ unread }: { readonly unread: Unread }) {
  const count = unread.length;
  const [first, ...others] = unread;
  const title = `${formatCount(count)} stored ${count === 1 ? 'event' : 'events'} could not be read and ${count === 1 ? 'is' : 'are'} not listed`;
  return (
    <Notice tone="warn" title={title}>
      <p>{first?.problem}</p>
      {others.length > 0 && (
        <p>
          Also rows{' '}
          {others
            .slice(0, NAMED)
            .map(({ seq }) => seq)
            .join(', ')}
          {others.length > NAMED && ` and ${formatCount(others.length - NAMED)} more`}.
        </p>
      )}
    </Notice>
  );
}
