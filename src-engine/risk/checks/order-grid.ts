import { ruleFaultOf } from '../../domain/instrument.ts';
import type { Check } from '../check.ts';

/** Price on tick, quantity in whole lots, both above zero, both minimums met: what the venue would reject. */
export const orderGrid: Check = ({ price, qty }, { instrument }) => ruleFaultOf(instrument, price, qty);
