/** How cycles are traded once they are chosen: asked for when it is looked at, as no window needs it otherwise. */
import { useEffect, useState } from 'react';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import type { ExecutionSettings } from '../../../src-engine/domain/limits.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { EXECUTION_FIELDS } from './fields.ts';
import { SettingsForm } from './settings-form.tsx';

export function ExecutionSection({ homeAsset }: { readonly homeAsset: string }) {
  const session = useSession();
  const isViewer = useIsViewer();
  const [settings, setSettings] = useState<ExecutionSettings>();
  useEffect(() => {
    let over = false;
    // Without a session there is nothing to set: the section is then left out.
    session.client.call('getExecutionSettings', {}).then(
      (told) => !over && setSettings(told),
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [session]);
  if (settings === undefined) return null;
  const { parallelLegs, ...figures } = settings;
  const save = async (changed: OperationInput<'updateExecution'>) => {
    setSettings(await session.client.call('updateExecution', changed));
  };
  return (
    <div id="settings-execution">
      <SettingsForm
        title="Execution"
        fields={EXECUTION_FIELDS}
        current={figures}
        homeAsset={homeAsset}
        onSave={(changed) => save(changed as OperationInput<'updateExecution'>)}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={parallelLegs}
          disabled={isViewer}
          onChange={(event) =>
            void session
              .run('Execution was not changed', 'updateExecution', { parallelLegs: event.target.checked })
              .then((told) => told !== undefined && setSettings(told))
          }
        />
        send the legs of a cycle at once where its assets are held already
      </label>
    </div>
  );
}
