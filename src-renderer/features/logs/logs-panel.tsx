/** What the engine says: by level, searched, followed or held still, copied and saved. */
import { Download, Pause, Play } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { type LogLevel, type LogLine, logLevel } from '../../../src-engine/contract/log-operations.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { CutText } from '../../components/cut-text.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterBox } from '../../components/filter-box.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import type { Column } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { saveText } from '../../lib/csv.ts';
import { formatCount } from '../../lib/figures.ts';
import type { Tone } from '../../lib/words.ts';
import { logText } from './log-text.ts';
import { useLogs } from './use-logs.ts';

const LEVELS: Readonly<Record<LogLevel, { readonly tone: Tone; readonly shows: string }>> = {
  error: { tone: 'bad', shows: 'errors only' },
  warn: { tone: 'warn', shows: 'warnings and worse' },
  info: { tone: 'info', shows: 'all but details' },
  debug: { tone: 'quiet', shows: 'everything' },
};

const COLUMNS: readonly Column<LogLine>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    value: ({ atUs }) => atUs,
    unit: 'timeUs',
    cell: ({ atUs }) => <Time atUs={atUs} />,
  },
  {
    id: 'level',
    title: 'Level',
    track: '58px',
    value: ({ level }) => level,
    cell: ({ level }) => <Word tone={LEVELS[level].tone} label={level} />,
  },
  {
    id: 'room',
    title: 'From',
    track: '58px',
    fromWidth: 420,
    value: ({ room }) => room,
    cell: ({ room }) => room,
  },
  {
    id: 'text',
    title: 'Line',
    track: 'minmax(120px, 1fr)',
    value: ({ text }) => text,
    cell: ({ text }) => <CutText text={text} />,
  },
];

export function LogsPanel() {
  const [level, setLevel] = useState<LogLevel>('info');
  const [search, setSearch] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const [chosenSeq, setChosenSeq] = useState<number | null>(null);
  // The engine looks through its lines: not at every letter.
  const asked = useDeferredValue(search.slice(0, 100));
  const { lines, kept, hasOlder, isLoading, loadOlder, params } = useLogs(level, asked, isFollowing);
  const chosen = lines.find(({ seq }) => seq === chosenSeq);
  return (
    <Panel
      title="Logs"
      note={`${formatCount(lines.length)} of ${formatCount(kept)} lines`}
      actions={
        isFollowing ? (
          <ViewAge topic="logs" params={params} />
        ) : (
          <span className="age age-late" title="The list is paused">
            PAUSED
          </span>
        )
      }
    >
      <div className="tool-row">
        <label className="filter">
          <span className="visually-hidden">Level</span>
          <select
            className="plain-select"
            value={level}
            onChange={(event) => setLevel(logLevel.parse(event.target.value))}
          >
            {logLevel.options.map((one) => (
              <option key={one} value={one}>
                {LEVELS[one].shows}
              </option>
            ))}
          </select>
        </label>
        <FilterBox label="Search the log" placeholder="Search" value={search} onChange={setSearch} />
        <button
          type="button"
          className="tab-button"
          aria-pressed={!isFollowing}
          title={isFollowing ? 'Pause the list' : 'Follow new lines'}
          onClick={() => setFollowing(!isFollowing)}
        >
          {isFollowing ? <Pause size={12} aria-hidden="true" /> : <Play size={12} aria-hidden="true" />}
          {isFollowing ? 'Pause' : 'Follow'}
        </button>
        <button
          type="button"
          className="tab-button"
          title={hasOlder ? 'Pause and load older lines' : 'All kept lines are loaded'}
          disabled={!hasOlder || isLoading}
          onClick={() => {
            setFollowing(false);
            loadOlder();
          }}
        >
          {isLoading ? 'Loading…' : 'Older'}
        </button>
        <button
          type="button"
          className="tab-button"
          title="Save the lines that are shown"
          disabled={lines.length === 0}
          onClick={() => saveText('parallax.log', 'text/plain', logText(lines))}
        >
          <Download size={12} aria-hidden="true" />
          <span className="visually-hidden">Save the log</span>
        </button>
      </div>

      <VirtualTable
        label="Log"
        columns={COLUMNS}
        rows={lines}
        rowKey={({ seq }) => String(seq)}
        selectedKey={chosenSeq === null ? null : String(chosenSeq)}
        onSelect={({ seq }) => setChosenSeq(seq)}
        empty={
          <EmptyState title={kept === 0 ? 'No lines yet' : 'No matching lines'}>
            {kept === 0
              ? 'The engine’s log appears here once it answers.'
              : 'Choose “everything”, or change the search.'}
          </EmptyState>
        }
      />
      {chosen !== undefined && (
        <div className="detail log-chosen">
          <p className="num log-line">{logText([chosen]).trim()}</p>
          <CopyButton label="Copy this line" text={logText([chosen])} />
        </div>
      )}
    </Panel>
  );
}
