import { useEffect, useState } from 'react';
import { useIsViewer } from '../engine/use-session.ts';

/** The second press must come within it. */
const ARMED_MS = 5_000;

/** A button that acts on the second press: the first one says what the second will do. */
export function ConfirmButton({
  label,
  name,
  confirm,
  onConfirm,
}: {
  readonly label: string;
  /** What it acts on, for screen readers. */
  readonly name: string;
  readonly confirm: string;
  readonly onConfirm: () => Promise<unknown>;
}) {
  const isViewer = useIsViewer();
  const [armed, setArmed] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(false), ARMED_MS);
    return () => clearTimeout(timer);
  }, [armed]);
  const press = () => {
    if (!armed) return setArmed(true);
    setArmed(false);
    setBusy(true);
    void onConfirm().finally(() => setBusy(false));
  };
  return (
    <ConfirmFace
      label={label}
      name={name}
      confirm={confirm}
      isArmed={armed}
      disabled={busy || isViewer}
      onBlur={() => setArmed(false)}
      onPress={press}
    />
  );
}

type ConfirmFaceProps = {
  readonly label: string;
  readonly name: string;
  readonly confirm: string;
  readonly isArmed: boolean;
  readonly disabled: boolean;
  readonly onBlur: () => void;
  readonly onPress: () => void;
};

/** How it looks in each of its states. */
export function ConfirmFace(props: ConfirmFaceProps) {
  const { label, name, confirm, isArmed, disabled, onBlur, onPress } = props;
  const says = isArmed ? confirm : label;
  return (
    <button
      type="button"
      className={`button ${isArmed ? 'button-danger' : ''}`}
      aria-label={`${says} ${name}`}
      disabled={disabled}
      onBlur={onBlur}
      onClick={onPress}
    >
      {says}
    </button>
  );
}
