/* The usage reports: their charts, and the menus of their filters. */
import { draw } from './charts.js';
import './menus.js';

for (const element of document.querySelectorAll('[data-chart]')) draw(element);
