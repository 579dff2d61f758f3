// A list of rows of one height, of which only those in sight exist. Rows are chosen with the keyboard or a pointer.

/** Rows drawn above and below what is in sight. */
const SPARE = 6;

export class RowList {
  /**
   * @param scroller the element that scrolls; gets the role of a list box
   * @param options rowHeight() in pixels; make() gives an empty row; fill(row, item) draws; key(item) names it; choose(item) is called on Enter or a
   *     click
   */
  constructor(scroller, options) {
    this.scroller = scroller;
    this.options = options;
    this.items = [];
    this.chosen = null;
    this.active = null;
    this.rows = new Map();
    this.free = [];
    this.space = document.createElement("div");
    this.space.className = "space";
    scroller.append(this.space);
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "listbox");
    scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.key(event));
    scroller.addEventListener("focus", () => this.focused());
    scroller.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.activate(row.dataset.key, true);
    });
    new ResizeObserver(() => this.draw()).observe(scroller);
  }

  /** Shows these items; what is chosen stays chosen as long as it is there. */
  show(items) {
    this.items = items;
    if (document.activeElement === this.scroller) this.focused();
    else this.draw();
  }

  choose(key) {
    this.chosen = key;
    if (key !== null) this.active = key;
    this.draw();
  }

  /** Scrolls to an item, which the keyboard goes on from. */
  seek(key) {
    const index = this.items.findIndex((item) => this.options.key(item) === key);
    if (index < 0) return;
    this.active = key;
    this.reveal(index, this.options.rowHeight());
  }

  focus() {
    this.scroller.focus({ preventScroll: true });
  }

  draw() {
    const height = this.options.rowHeight();
    const total = this.items.length;
    const spaceHeight = `${total * height}px`;
    if (this.space.style.height !== spaceHeight) this.space.style.height = spaceHeight;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - SPARE);
    const last = Math.min(total, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / height) + SPARE);
    const wanted = new Map();
    for (let index = first; index < last; index++) wanted.set(this.options.key(this.items[index]), index);
    for (const [key, row] of this.rows) {
      if (!wanted.has(key)) {
        row.hidden = true;
        this.free.push(row);
        this.rows.delete(key);
      }
    }
    for (const [key, index] of wanted) this.place(key, index, height);
    const active = this.active !== null && this.rows.get(this.active);
    if (active) this.scroller.setAttribute("aria-activedescendant", active.id);
    else this.scroller.removeAttribute("aria-activedescendant");
  }

  place(key, index, height) {
    let row = this.rows.get(key);
    if (!row) {
      row = this.free.pop() ?? this.makeRow();
      row.hidden = false;
      row.dataset.key = key;
      this.rows.set(key, row);
    }
    // Writing what is there already would still cost the browser a look at the row's style.
    const place = `${index} ${height} ${this.items.length}`;
    if (row.place !== place) {
      row.place = place;
      row.style.transform = `translateY(${index * height}px)`;
      row.style.height = `${height}px`;
      row.setAttribute("aria-posinset", index + 1);
      row.setAttribute("aria-setsize", this.items.length);
    }
    const marks = `${key === this.chosen} ${key === this.active}`;
    if (row.marks !== marks) {
      row.marks = marks;
      row.setAttribute("aria-selected", key === this.chosen);
      row.classList.toggle("active", key === this.active);
    }
    this.options.fill(row, this.items[index]);
  }

  makeRow() {
    const row = this.options.make();
    row.classList.add("row");
    row.id = `row-${++RowList.made}`;
    row.setAttribute("role", "option");
    this.space.append(row);
    return row;
  }

  activate(key, choose) {
    const item = this.items.find((one) => this.options.key(one) === key);
    if (!item) return;
    this.active = key;
    if (choose) this.options.choose(item);
    this.draw();
  }

  focused() {
    const known = this.items.some((item) => this.options.key(item) === this.active);
    if (!known && this.items.length) this.active = this.options.key(this.items[0]);
    this.draw();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.items.length) return;
    const height = this.options.rowHeight();
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / height) - 1);
    const at = this.items.findIndex((item) => this.options.key(item) === this.active);
    const end = this.items.length - 1;
    const moves = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: end,
    };
    if (event.key in moves) {
      const to = Math.min(end, Math.max(0, moves[event.key]));
      this.active = this.options.key(this.items[to]);
      this.reveal(to, height);
    } else if (event.key === "Enter" || event.key === " ") {
      this.activate(this.active, true);
    } else {
      return;
    }
    event.preventDefault();
  }

  reveal(index, height) {
    const top = index * height;
    const bottom = top + height - this.scroller.clientHeight;
    if (this.scroller.scrollTop > top) this.scroller.scrollTop = top;
    else if (this.scroller.scrollTop < bottom) this.scroller.scrollTop = bottom;
    this.draw();
  }
}

RowList.made = 0;

/** An element with a class and children, texts among them. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Sets a width in percent only when it differs. */
export function widen(element, percent) {
  const width = `${percent}%`;
  if (element.style.width !== width) element.style.width = width;
}

/** Sets a text only when it differs, since setting it costs layout. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
