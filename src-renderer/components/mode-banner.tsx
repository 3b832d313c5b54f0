import { FlaskConical, Ghost, History, type LucideIcon, NotebookPen, Unplug, Zap } from 'lucide-react';
import type { ModeKey, ModeView } from '../lib/mode.ts';

const ICONS: Readonly<Record<ModeKey, LucideIcon>> = {
  none: Unplug,
  simulated: FlaskConical,
  paper: NotebookPen,
  ghost: Ghost,
  live: Zap,
  backtest: History,
};

/** The mode in words, icon and colour; the window's frame has the same colour. Beside it: that a panel of the window shows a replay. */
export function ModeBanner({ mode }: { readonly mode: ModeView }) {
  const Icon = ICONS[mode.key];
  return (
    <>
      <div className="mode-banner" role="status" aria-label="Trading mode" title={mode.detail}>
        <Icon size={16} aria-hidden="true" />
        <strong>{mode.words}</strong>
        <span className="visually-hidden">{mode.detail}</span>
      </div>
      <div
        className="replay-mark"
        role="status"
        title="The panel Replay shows recorded prices and simulated orders; every other panel shows the session of now."
      >
        <History size={14} aria-hidden="true" />
        <strong>
          REPLAY<span className="replay-where"> in a panel</span>
        </strong>
      </div>
    </>
  );
}
