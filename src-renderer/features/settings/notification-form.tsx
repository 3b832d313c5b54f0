/** Notifications of this window to the desktop. The choice belongs to the window: the engine does not know it. */
import { Choice } from '../../components/choice.tsx';
import { ALERT_NOTES, usePrefs } from '../../lib/prefs.ts';
import { SoundForm } from './sound-form.tsx';
import { useWanted } from '../../workspace/wanted.ts';

const FROM: Readonly<Record<(typeof ALERT_NOTES)[number], string>> = {
  none: 'none',
  critical: 'critical',
  warning: 'warnings and worse',
  info: 'all',
};

export function NotificationForm({ onClose }: { readonly onClose: () => void }) {
  const { desktopNotes, alertNotes, change } = usePrefs();
  const want = useWanted((state) => state.want);
  return (
    <section className="form appearance" aria-label="Notifications" id="settings-notifications">
      <h3>Notifications</h3>
      <label className="check">
        <input
          type="checkbox"
          checked={desktopNotes}
          onChange={(event) => void allowNotes(event.target.checked, (on) => change({ desktopNotes: on }))}
        />
        desktop notifications of kills, halts, armed live trading and a lost engine
      </label>
      <Choice
        label="Also alerts"
        value={alertNotes}
        values={ALERT_NOTES}
        text={(one) => FROM[one]}
        onChoose={(chosen) => change({ alertNotes: chosen })}
      />
      <p className="field-help">
        One message per alert, at most six a minute.{' '}
        <button
          type="button"
          className="link-button"
          onClick={() => {
            onClose();
            want('alerts');
          }}
        >
          Add your own rules
        </button>
      </p>
      <SoundForm />
    </section>
  );
}

/** The system asks its user once; a refusal leaves the box unticked. */
async function allowNotes(wanted: boolean, set: (on: boolean) => void): Promise<void> {
  if (window.parallaxHost !== undefined) return set(wanted);
  if (!wanted || !('Notification' in window)) return set(false);
  set((await Notification.requestPermission()) === 'granted');
}
