/** `<table data-island="table">`: sort by clicking the headings. */

import { mount } from "./shared/dom";
import { sortable } from "./shared/sorting";
import "./table.css";

mount<HTMLTableElement>("table", sortable);
