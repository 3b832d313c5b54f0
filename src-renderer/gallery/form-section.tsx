import { Choice } from '../components/choice.tsx';
import { FigureField } from '../components/figure-field.tsx';
import { FilterBox } from '../components/filter-box.tsx';
import { Segments } from '../components/segments.tsx';
import { Tabs } from '../components/tabs.tsx';
import { Driven, Section, Specimen } from './specimen.tsx';

const nothing = () => undefined;
const FIELD = {
  label: 'Largest order',
  unit: 'USD',
  help: 'Orders worth more are denied.',
  error: '',
  value: '250',
  onChange: nothing,
};
const focus = (host: HTMLElement) => {
  host.querySelector('input')?.classList.add('is-focus');
  host.querySelector('.filter')?.classList.add('is-focus');
};

export function FormSection() {
  return (
    <Section title="Fields and choices">
      <div className="form">
        <FigureField {...FIELD} />
        <Driven drive={focus}>
          <FigureField {...FIELD} label="With the focus" />
        </Driven>
        <FigureField {...FIELD} label="Not valid" value="-5" error="It must be above zero." />
        <FigureField {...FIELD} label="Read-only" isReadOnly />
        <Choice label="Theme" value="dark" values={['dark', 'light']} onChoose={nothing} />
      </div>
      <Specimen name="filters: at rest, typed, with the focus">
        <div className="gallery-row">
          <FilterBox label="Filter a" value="" onChange={nothing} />
          <FilterBox label="Filter b" value="btc" onChange={nothing} />
          <Driven drive={focus}>
            <FilterBox label="Filter c" value="" onChange={nothing} />
          </Driven>
        </div>
      </Specimen>
      <Specimen name="ticks and segments">
        <div className="gallery-row">
          <label className="check">
            <input type="checkbox" checked readOnly /> taken only
          </label>
          <label className="check">
            <input type="checkbox" checked={false} readOnly /> taken only
          </label>
          <Segments label="Length of a bar" values={['1 s', '5 s', '1 m']} chosen="5 s" onChoose={nothing} />
        </div>
      </Specimen>
      <div className="panel">
        <Tabs
          label="Lists"
          names={['Orders', 'Fills', 'Events']}
          chosen="Fills"
          counts={{ Orders: 12, Fills: 1_204, Events: 0 }}
          onChoose={nothing}
        >
          <p className="dim gallery-pad">What the tab holds.</p>
        </Tabs>
      </div>
    </Section>
  );
}
