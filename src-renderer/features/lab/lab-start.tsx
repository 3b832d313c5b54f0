import { Panel } from '../../components/panel.tsx';
import { ImportSection } from './import-form.tsx';
import { RecordingsList } from './recordings-list.tsx';
import { StartForm } from './start-form.tsx';

/** From a recording to a run: what to replay, and under which settings. */
export function LabStart() {
  return (
    <Panel title="Backtest lab">
      <div className="lab-scroll">
        <RecordingsList />
        <ImportSection />
        <StartForm />
      </div>
    </Panel>
  );
}
