/** Buttons that switch a strategy of the session, and take it away. */
import type { StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';

export function StrategyModes({ row, hasPaper }: { readonly row: StrategyRow; readonly hasPaper: boolean }) {
  const session = useSession();
  const isViewer = useIsViewer();
  if (isViewer) return null;
  const { strategy, mode, name, state } = row;
  const change = (to: 'off' | 'shadow' | 'paper' | 'canary') =>
    session.run('The mode was not changed', 'setStrategyMode', { strategy, mode: to });
  const isFlat = row.markets.every(({ held }) => held === '0');
  return (
    <div className="alert-buttons">
      {mode !== 'off' && (
        <ConfirmButton
          label="Switch off"
          name={name}
          confirm={isFlat ? 'Really switch off' : 'Really sell and switch off'}
          onConfirm={() => change('off')}
        />
      )}
      {mode === 'full' && (
        <ConfirmButton
          label="Back to canary"
          name={name}
          confirm="Really back to canary"
          onConfirm={() => change('canary')}
        />
      )}
      {mode !== 'shadow' && (row.account === null || isFlat) && (
        <ConfirmButton
          label="To shadow"
          name={name}
          confirm="Really to shadow"
          onConfirm={() => change('shadow')}
        />
      )}
      {mode !== 'paper' && hasPaper && (
        <ConfirmButton
          label="To paper"
          name={name}
          confirm="Really to paper"
          onConfirm={() => change('paper')}
        />
      )}
      {mode === 'off' && state !== 'closing' && (
        <ConfirmButton
          label="Remove"
          name={name}
          confirm="Really remove"
          onConfirm={() => session.run('The strategy was not removed', 'removeStrategy', { strategy })}
        />
      )}
    </div>
  );
}
