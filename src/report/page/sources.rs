//! Sections 5 and 6: sources and resources.

use super::{
    ColumnKind, PageBlock, PageBuilder, PageRow, PageTable, Section, count_cells, counted, figures,
    number, or_none, when,
};

impl<'r> PageBuilder<'r> {
    pub(super) fn sources(&self) -> Section<'r> {
        let from = &self.report.sources;
        let agents = from.user_agents.rows.iter().map(|agent| {
            let mut cells = count_cells(&agent.counts);
            cells.extend([
                agent.family.to_owned(),
                or_none(&agent.agent),
                when(&agent.counts),
            ]);
            PageRow {
                cells,
                figures: figures(&agent.counts),
                event: None,
            }
        });
        let families = from.client_families.iter().map(|named| {
            let mut cells = count_cells(&named.counts);
            cells.extend([named.name.clone(), when(&named.counts)]);
            PageRow {
                cells,
                figures: figures(&named.counts),
                event: None,
            }
        });
        let mut of_agents = counted("user agent");
        of_agents.insert(3, ("family", ColumnKind::Id));
        let mut blocks = vec![self.named("Addresses", "address", &from.addresses, "no addresses")];
        if from.services.count > 0 {
            let caption = "AWS services and other text instead of an address";
            blocks.push(self.named(caption, "name", &from.services, ""));
        }
        blocks.extend([
            PageBlock::Table(PageTable {
                caption: "Families of user agents".to_owned(),
                columns: counted("family"),
                rows: families.collect(),
                count: from.client_families.len() as u64,
                all: None,
                none: "no user agents",
            }),
            PageBlock::Table(PageTable {
                caption: "User agents".to_owned(),
                columns: of_agents,
                rows: agents.collect(),
                count: from.user_agents.count,
                all: None,
                none: "no user agents",
            }),
            self.named("Regions", "region", &from.regions, "no regions"),
        ]);
        Section {
            id: "sources",
            title: "5. Sources",
            blocks,
        }
    }

    pub(super) fn resources(&self) -> Section<'r> {
        let on = &self.report.resources;
        let types = on.types.rows.iter().map(|row| {
            let mut cells = count_cells(&row.counts);
            cells.insert(1, number(row.resources));
            cells.extend([row.kind.clone(), when(&row.counts)]);
            PageRow {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let resources = on.resources.rows.iter().map(|row| {
            let mut cells = count_cells(&row.counts);
            cells.extend([row.name.clone(), row.kind.clone(), when(&row.counts)]);
            PageRow {
                cells,
                figures: figures(&row.counts),
                event: None,
            }
        });
        let mut of_types = counted("type");
        of_types.insert(1, ("resources", ColumnKind::Number));
        let mut of_resources = counted("resource");
        of_resources.insert(4, ("type", ColumnKind::Below));
        Section {
            id: "resources",
            title: "6. Resources",
            blocks: vec![
                PageBlock::Table(PageTable {
                    caption: "Types of resources".to_owned(),
                    columns: of_types,
                    rows: types.collect(),
                    count: on.types.count,
                    all: None,
                    none: "no event names a resource",
                }),
                PageBlock::Table(PageTable {
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
