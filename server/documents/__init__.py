"""Official documents in the layout of Nghị định 30/2020/NĐ-CP: one model, a Word writer and a PDF writer."""
