//! Sections 5 and 6: from where, and on what. Not for: when (`when`).

use super::{
    Block, Kind, Maker, Row, Section, Table, count_cells, counted, figures, number, or_none, when,
};

impl<'r> Maker<'r> {
    pub(super) fn places(&self) -> Section<'r> {
        let from = &self.report.from_where;
        let agents = from.agents.rows.iter().map(|agent| {
            let mut cells = count_cells(&agent.counts);
            cells.extend([
                agent.family.to_owned(),
                or_none(&agent.agent),
                when(&agent.counts),
            ]);
            Row {
                cells,
                figures: figures(&agent.counts),
                event: None,
            }
        });
        let families = from.families.iter().map(|named| {
            let mut cells = count_cells(&named.counts);
            cells.extend([named.name.clone(), when(&named.counts)]);
            Row {
                cells,
                figures: figures(&named.counts),
                event: None,
            }
        });
        let mut of_agents = counted("user agent");
        of_agents.insert(3, ("family", Kind::Id));
        let mut blocks = vec![self.named("Addresses", "address", &from.addresses, "no address")];
        if from.services.count > 0 {
            let caption = "Services, and other text in place of an address";
            blocks.push(self.named(caption, "name", &from.services, ""));
        }
        blocks.extend([
            Block::Table(Table {
                caption: "Families of user agents".to_owned(),
                columns: counted("family"),
                rows: families.collect(),
                count: from.families.len() as u64,
                all: None,
                none: "no user agent",
            }),
            Block::Table(Table {
                caption: "User agents".to_owned(),
                columns: of_agents,
                rows: agents.collect(),
                count: from.agents.count,
                all: None,
                none: "no user agent",
            }),
            self.named("Regions", "region", &from.regions, "no region"),
        ]);
        Section {
            id: "from-where",
            title: "5. From where",
            blocks,
        }
    }

    pub(super) fn on_what(&self) -> Section<'r> {
        let on = &self.report.on_what;
        let types = on.types.rows.iter().map(|row| {
            let mut cells = count_cells(&row.counts);
            cells.insert(1, number(row.resources));
            cells.extend([row.kind.clone(), when(&row.counts)]);
            Row {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let resources = on.resources.rows.iter().map(|row| {
            let mut cells = count_cells(&row.counts);
            cells.extend([row.name.clone(), row.kind.clone(), when(&row.counts)]);
            Row {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let mut of_types = counted("type");
        of_types.insert(1, ("resources", Kind::Number));
        let mut of_resources = counted("resource");
        of_resources.insert(4, ("type", Kind::Below));
        Section {
            id: "on-what",
            title: "6. On what",
            blocks: vec![
                Block::Table(Table {
                    caption: "Types of resources".to_owned(),
                    columns: of_types,
                    rows: types.collect(),
                    count: on.types.count,
                    all: None,
                    none: "no event names a resource",
                }),
                Block::Table(Table {
                    caption: "Resources".to_owned(),
                    columns: of_resources,
                    rows: resources.collect(),
                    count: on.resources.count,
                    all: None,
                    none: "no event names a resource",
                }),
            ],
        }
    }
}
