/** What a trader sets of a table: what its rows are narrowed by, which columns stand, in which order and how wide. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { MAX_FILTER, rowFilter } from '../lib/row-filter.ts';
import { MAX_FILTER_NAME, type SavedFilter, useTableViews, WIDTHS } from '../lib/table-views.ts';
import { inOrder, movedOrder } from './arranged-columns.ts';
import { Dialog } from './dialog.tsx';
import { FilterBox } from './filter-box.tsx';
import type { Column } from './table-column.ts';
import type { TableSetting } from './use-table-view.ts';

type Props<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Ids of those that stand now. */
  readonly standing: ReadonlySet<string>;
  readonly setting: TableSetting;
  readonly onClose: () => void;
};

export function TableSettings<Row>({ label, columns, standing, setting, onClose }: Props<Row>) {
  return (
    <Dialog title={`${label}: filter and columns`} kind="drawer" onClose={onClose}>
      <FilterForm label={label} columns={columns} setting={setting} />
      <ColumnList columns={columns} standing={standing} setting={setting} />
    </Dialog>
  );
}

const NONE: readonly SavedFilter[] = [];

function FilterForm<Row>({ label, columns, setting }: Pick<Props<Row>, 'label' | 'columns' | 'setting'>) {
  const { filter } = setting.view;
  const saved = useTableViews(({ filters }) => filters[label]) ?? NONE;
  const { problem } = rowFilter(filter, columns);
  const put = (text: string): void => setting.change({ filter: text.slice(0, MAX_FILTER) });
  return (
    <section className="form" aria-label="Filter">
      <h3>Filter</h3>
      <FilterBox label={`Filter ${label}`} value={filter} onChange={put} placeholder="btc net>2" isFirst />
      {problem !== undefined && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <p className="field-help">
        Every word must be met. A word is found in any column; net&gt;2, age&lt;=5, side=buy and
        decision!=taken ask one column.
      </p>
      <SaveFilter key={filter} label={label} text={problem === undefined ? filter : ''} />
      {saved.length > 0 && (
        <ul className="saved-filters" aria-label="Saved filters">
          {saved.map(({ name, text }) => (
            <li key={name}>
              <button
                type="button"
                className="button"
                aria-pressed={text === filter}
                title={text}
                onClick={() => put(text)}
              >
                {name}
              </button>
              <button
                type="button"
                className="tab-button"
                aria-label={`Delete the filter ${name}`}
                onClick={() => useTableViews.getState().removeFilter(label, name)}
              >
                Delete
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function SaveFilter({ label, text }: { readonly label: string; readonly text: string }) {
  const id = useId();
  const [name, setName] = useState('');
  const canSave = text.trim() !== '' && name.trim() !== '';
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (!canSave) return;
    useTableViews.getState().saveFilter(label, { name: name.trim(), text });
    setName('');
  };
  return (
    <form className="field-row" onSubmit={save}>
      <label htmlFor={id}>Save this filter as</label>
      <span className="save-filter">
        <input
          id={id}
          className="input"
          value={name}
          maxLength={MAX_FILTER_NAME}
          disabled={text.trim() === ''}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button" disabled={!canSave}>
          Save
        </button>
      </span>
    </form>
  );
}

function ColumnList<Row>({
  columns,
  standing,
  setting,
}: Pick<Props<Row>, 'columns' | 'standing' | 'setting'>) {
  const { view, change, reset, resize } = setting;
  const ordered = inOrder(columns, view.order);
  return (
    <section className="form" aria-label="Columns">
      <h3>Columns</h3>
      <p className="field-help">
        Without a choice of yours a column stands where the panel is wide enough for it. Widths are in px, or
        drag the edge of a title.
      </p>
      <ul className="column-list">
        {ordered.map(({ id, title }, k) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={standing.has(id)}
                onChange={(event) => change({ shown: { ...view.shown, [id]: event.target.checked } })}
              />{' '}
              {title === '' ? id : title}
            </label>
            <input
              className="input num"
              type="number"
              min={WIDTHS.least}
              max={WIDTHS.most}
              placeholder="auto"
              aria-label={`Width of ${title === '' ? id : title}`}
              value={view.widths[id] ?? ''}
              onChange={({ target: { value } }) => resize(id, value === '' ? undefined : Number(value))}
            />
            <MoveButton name={title} step={-1} isEnd={k === 0} onMove={() => move(id, -1)} />
            <MoveButton name={title} step={1} isEnd={k === ordered.length - 1} onMove={() => move(id, 1)} />
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <button type="button" className="button" onClick={reset}>
          Reset this table
        </button>
      </div>
    </section>
  );

  function move(id: string, step: 1 | -1): void {
    change({ order: movedOrder(columns, view, id, step) });
  }
}

type MoveProps = {
  readonly name: string;
  readonly step: 1 | -1;
  readonly isEnd: boolean;
  readonly onMove: () => void;
};

function MoveButton({ name, step, isEnd, onMove }: MoveProps) {
  const Icon = step === 1 ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Move ${name} ${step === 1 ? 'down' : 'up'}`}
      disabled={isEnd}
      onClick={onMove}
    >
      <Icon size={12} aria-hidden="true" />
    </button>
  );
}
