import { ConfirmFace } from '../components/confirm-button.tsx';
import { TypedConfirm } from '../components/typed-confirm.tsx';
import { CallError } from '../engine/client.ts';
import { Driven, Section, Specimen, typeText } from './specimen.tsx';

const nothing = () => undefined;
const refuse = () =>
  Promise.reject(
    new CallError({
      code: 'not-reconciled',
      message: 'the account was not compared since the reconnect',
      remedy: 'Press “Compare now” in the Account panel, then arm.',
    }),
  );

const CONFIRM = {
  label: 'Reset',
  name: 'daily-loss',
  confirm: 'Really reset',
  onBlur: nothing,
  onPress: nothing,
};
const TYPED = { word: 'Kraken', action: 'Arm a canary', purpose: 'to send real orders there' };

/** What cannot be undone is asked twice, or typed. */
export function ConfirmSection() {
  return (
    <Section title="Confirmations">
      <Specimen name="second press: at rest, armed, busy">
        <div className="gallery-row">
          <ConfirmFace {...CONFIRM} isArmed={false} disabled={false} />
          <ConfirmFace {...CONFIRM} isArmed disabled={false} />
          <ConfirmFace {...CONFIRM} isArmed={false} disabled />
        </div>
      </Specimen>
      <Specimen name="typed word: waiting">
        <TypedConfirm {...TYPED} onConfirm={refuse} />
      </Specimen>
      <Specimen name="typed word: ready">
        <Driven drive={(host) => typeText(host, TYPED.word)}>
          <TypedConfirm {...TYPED} onConfirm={refuse} />
        </Driven>
      </Specimen>
      <Specimen name="typed word: refused by the engine">
        <Driven
          drive={(host) => {
            typeText(host, TYPED.word);
            setTimeout(() => host.querySelector('form')?.requestSubmit());
          }}
        >
          <TypedConfirm {...TYPED} onConfirm={refuse} />
        </Driven>
      </Specimen>
    </Section>
  );
}
