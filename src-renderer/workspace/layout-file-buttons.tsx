/** Layouts to a file, and from one. */
import { useSession } from '../engine/use-session.ts';
import type { Session } from '../engine/session.ts';
import { saveText } from '../lib/csv.ts';
import { pickText } from '../lib/pick-file.ts';
import { MAX_FILE } from './layout-file.ts';
import { exportLayouts, importLayouts } from './workspace-store.ts';

export function saveLayoutFile(): void {
  saveText('parallax-layouts.json', 'application/json', exportLayouts());
}

/** What could not be taken over is shown where every other problem is. */
export async function loadLayoutFile(session: Session): Promise<void> {
  const text = await pickText('.json,application/json', MAX_FILE);
  const message = text === undefined ? '' : importLayouts(text);
  if (message === '') return;
  session.showProblem('Not all layouts were imported', {
    code: 'layouts-not-imported',
    message,
    remedy: 'Export them again in a window of this version.',
  });
}

export function LayoutFileButtons({ onDone }: { readonly onDone: () => void }) {
  const session = useSession();
  return (
    <div className="form-actions">
      <button type="button" className="button" onClick={saveLayoutFile}>
        Export all layouts
      </button>
      <button type="button" className="button" onClick={() => void loadLayoutFile(session).then(onDone)}>
        Import layouts…
      </button>
    </div>
  );
}
