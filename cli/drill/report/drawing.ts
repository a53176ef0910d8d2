/** What all drawings of a report share: a document without a browser, and colours that light and dark pages bear. */
import { parseHTML } from 'linkedom';

export const { document } = parseHTML('<!doctype html><html lang="en"><head></head><body></body></html>');

export const WIDTH = 1000;

/** Of Observable's categorical scheme, in which colour-blind readers can tell one from the next. */
export const GREEN = '#3ca951';
export const RED = '#ff725c';
export const SERIES = ['#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951', '#ff8ab7', '#a463f2', '#97bbf5'];
