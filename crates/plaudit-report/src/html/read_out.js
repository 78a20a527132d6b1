// The values under the pointer, for every chart. The page is complete without this script.
"use strict";
for (const plot of document.querySelectorAll(".plot[data-hover]")) {
  const data = JSON.parse(plot.dataset.hover);
  const area = plot.querySelector(".area");
  if (!data.at.length) continue;

  const make = (tag, name, parent, text = "") => {
    const element = document.createElement(tag);
    element.className = name;
    // Labels and values are text, never markup.
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const cursor = make("div", "cursor", area);
  const box = make("div", "read-out", area);

  const show = (index) => {
    const at = data.at[index];
    cursor.style.left = `${at * 100}%`;
    box.replaceChildren();
    make("b", "", box, data.when[index]);
    for (const series of data.series) {
      const value = series.values[index];
      if (value === null) continue;
      const line = make("span", series.colour, box);
      make("i", "", line, series.label);
      make("em", "", line, value);
    }
    // On the side of the cursor that has room.
    box.style.left = at < 0.5 ? `calc(${at * 100}% + 10px)` : "auto";
    box.style.right = at < 0.5 ? "auto" : `calc(${(1 - at) * 100}% + 10px)`;
    plot.classList.add("hovered");
  };

  const follow = (event) => {
    const frame = area.getBoundingClientRect();
    const at = (event.clientX - frame.left) / frame.width;
    let nearest = 0;
    data.at.forEach((position, index) => {
      if (Math.abs(position - at) < Math.abs(data.at[nearest] - at)) nearest = index;
    });
    show(nearest);
  };
  area.addEventListener("pointermove", follow);
  area.addEventListener("pointerdown", follow);
  area.addEventListener("pointerleave", () => plot.classList.remove("hovered"));
}
