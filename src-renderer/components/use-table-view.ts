/** The trader's settings of one table of one panel. */
import { useCallback, useContext } from 'react';
import { PLAIN_VIEW, type TableView, useTableViews } from '../lib/table-views.ts';
import { boundedWidth } from './arranged-columns.ts';
import { PanelId } from './panel-id.ts';

export type TableSetting = {
  readonly view: TableView;
  readonly change: (changes: Partial<TableView>) => void;
  readonly reset: () => void;
  /** @param px undefined: its own width again. */
  readonly resize: (column: string, px: number | undefined) => void;
};

export function useTableView(label: string): TableSetting {
  const table = `${useContext(PanelId)} ${label}`;
  const view = useTableViews(({ views }) => views[table]) ?? PLAIN_VIEW;
  const change = useCallback(
    (changes: Partial<TableView>) => useTableViews.getState().change(table, changes),
    [table],
  );
  const reset = useCallback(() => useTableViews.getState().reset(table), [table]);
  const resize = useCallback(
    (column: string, px: number | undefined) => {
      const { [column]: _before, ...others } = useTableViews.getState().views[table]?.widths ?? {};
      change({ widths: px === undefined ? others : { ...others, [column]: boundedWidth(px) } });
    },
    [table, change],
  );
  return { view, change, reset, resize };
}
